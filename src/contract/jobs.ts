import * as z from 'zod';
import { failureSchema } from '#contract/result';

/** States of a send job. The last four are ends; `unknown` means the server had the mail and its answer was lost. */
export const JOB_STATES = ['queued', 'preparing', 'sending', 'sent', 'partly-sent', 'failed', 'unknown'] as const;
export const jobStateSchema = z.enum(JOB_STATES);
export type JobState = z.infer<typeof jobStateSchema>;

/** Result for one recipient. */
export const recipientResultSchema = z.object({
  /** A person's name, a group member's name, or the address that the sender typed. Never an address the sender does not know. */
  label: z.string(),
  kind: z.enum(['user', 'address', 'self']),
  field: z.enum(['to', 'cc', 'bcc', 'copy']),
  state: z.enum(['waiting', 'accepted', 'refused', 'deferred']),
  error: failureSchema.optional(),
});
export type RecipientResult = z.infer<typeof recipientResultSchema>;

/** What the sender (or a site administrator) may read about a job. */
export const jobStatusSchema = z.object({
  jobId: z.string(),
  state: jobStateSchema,
  /** 1 for the first delivery. */
  attempt: z.number().int(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  updatedAt: z.string(),
  /** When the next attempt starts by itself, ISO 8601. */
  retryAt: z.string().optional(),
  subject: z.string(),
  recipients: z.array(recipientResultSchema),
  /** Why the job as a whole failed or waits. */
  error: failureSchema.optional(),
  /** Whether *Try again* would do something: some recipients have not accepted and the outcome is known. */
  canRetry: z.boolean(),
});
export type JobStatus = z.infer<typeof jobStatusSchema>;

export const jobIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,120}$/);
/** Made by the dialog when it opens; the same key is the same job however often Send is pressed. */
export const idempotencyKeySchema = z.uuid();

/** Body of a queue event. Versioned: events outlive deployments (Forge async events). */
export const deliveryEventSchema = z.object({
  v: z.literal(1),
  jobId: jobIdSchema,
  /** Which attempt this event stands for; each is claimed once. */
  attempt: z.number().int().min(1),
});
export type DeliveryEvent = z.infer<typeof deliveryEventSchema>;

/** Body of an event of the queue `maintenance`. */
export const maintenanceEventSchema = z.object({ v: z.literal(1), task: z.enum(['delete-all']) });
export type MaintenanceEvent = z.infer<typeof maintenanceEventSchema>;
