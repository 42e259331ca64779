import { type RefObject, useState } from 'react';
import type { Result } from '#contract/result';
import type { Value } from '#contract/screens/resolvers';
import { type AccountErrors, type AccountForm, accountErrors, accountPayload, type SavedAccount } from './account';

const NONE: AccountErrors = {};

/** Moves the focus to the first field that is marked as wrong, once it is drawn: the tab it stands on may be loading. */
export function focusInvalid(form: RefObject<HTMLElement>): void {
  let frames = 30;
  const look = (): void => {
    const field = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (field) field.focus();
    else if (--frames > 0) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

type Payload = ReturnType<typeof accountPayload>;
/** The two tests as the back end runs them. */
export interface AccountTests {
  verify(payload: Payload): Promise<Result<Value<'site-settings/verify'>>>;
  sendTest(payload: Payload): Promise<Result<Value<'site-settings/send-test'>>>;
}

/** Marks what is wrong with an account only after somebody tried to use it, and runs the two tests of it. */
export function useAccountTests(backend: AccountTests, form: AccountForm, saved: SavedAccount, page: RefObject<HTMLElement>) {
  const [tried, setTried] = useState(false);
  const errors = accountErrors(form, saved);
  const isValid = Object.keys(errors).length === 0;
  /** True when the account can be used; else the errors show and the first one has the focus. */
  const attempt = (): boolean => {
    setTried(!isValid);
    if (!isValid) focusInvalid(page);
    return isValid;
  };
  const verify = (): Promise<Result<Value<'site-settings/verify'>>> | undefined =>
    attempt() ? backend.verify(accountPayload(form, saved)) : undefined;
  const sendTest = (): Promise<Result<Value<'site-settings/send-test'>>> | undefined =>
    attempt() ? backend.sendTest(accountPayload(form, saved)) : undefined;
  return { shownErrors: tried ? errors : NONE, attempt, verify, sendTest };
}
