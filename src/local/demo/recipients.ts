/** Addresses outside the demo's site that do not simply take a mail, to see what then happens. */
export const difficultRecipients = {
  /** The server knows nobody of this name. */
  refused: 'nobody@customer.example',
  /** Put off at every other attempt: the next one, which follows by itself, arrives. */
  deferred: 'busy@customer.example',
} as const;
