import * as z from 'zod';
import { accountIdSchema, contentIdSchema, singleLine } from '#contract/draft';
import { MAX_ADDRESS_OCTETS, MAX_LOGO_BYTES } from '#contract/limits';
import { verifyStepSchema } from '#contract/relay/api';
import { dkimSelectorSchema, domainCheckValueSchema } from '#contract/relay/domain-check';
import { failureSchema } from '#contract/result';

/** Parts of payloads and values that several functions of the interface share. */

/** One function: its payload and its value. */
export const define = <P extends z.ZodType, V extends z.ZodType>(payload: P, value: V) => ({ payload, value });
/** SPF, DKIM and DMARC of a sender address's domain, by look-ups of the relay. */
export const domainCheck = define(
  z.object({ address: singleLine(MAX_ADDRESS_OCTETS).min(3), selectors: z.array(dkimSelectorSchema).max(5).default([]) }),
  domainCheckValueSchema,
);
export const empty = z.object({}).optional();
export const cursor = z.string().max(4000).optional();
export const done = z.object({ revision: z.number().int() });
/** Language of the words that the mail puts around the page; absent: that of the person's profile where Forge gives it, else English. */
export const language = z.enum(['en', 'de']).optional();
export const query = z.string().trim().min(1).max(100);

export const secretFlags = z.object({ password: z.boolean(), clientSecret: z.boolean(), refreshToken: z.boolean() });
export const verifyValue = z.object({ ok: z.boolean(), steps: z.array(verifyStepSchema) });
export const testMailValue = z.object({ accepted: z.boolean(), error: failureSchema.optional() });

/** For each `cid:` the attachment that the browser may load as this person to show it. */
export const shownImages = z.array(
  z.object({
    cid: z.string(),
    contentId: contentIdSchema,
    attachmentId: contentIdSchema,
    version: z.number().int(),
    mediaType: z.string(),
  }),
);
/** Pictures that are no attachments (a logo), by `cid`. */
export const dataImages = z.array(z.object({ cid: z.string(), dataUrl: z.string() }));
/** A sample mail for the live preview: its HTML with every picture as `cid:`. */
export const samplePreview = z.object({ html: z.string(), subject: z.string(), images: shownImages, data: dataImages });

/** A PNG, JPEG or GIF as a data URL; absent removes the logo. */
export const logoUpload = define(
  z.object({
    dataUrl: z
      .string()
      .max(Math.ceil(MAX_LOGO_BYTES * 1.4))
      .optional(),
  }),
  z.object({ hasLogo: z.boolean() }),
);
export const findPeople = define(
  z.object({ query }),
  z.object({ users: z.array(z.object({ accountId: accountIdSchema, name: z.string(), avatarUrl: z.string().optional() })) }),
);
export const foundPages = z.object({
  pages: z.array(z.object({ id: contentIdSchema, type: z.enum(['page', 'blogpost']), title: z.string() })),
});

/** While on, its sentence stands on every settings page, for every administrator. */
export const debugLog = z.object({
  until: z.iso.datetime(),
  startedBy: z.object({ accountId: accountIdSchema, name: z.string().optional() }),
});
