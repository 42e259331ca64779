import type * as z from 'zod';
import { sendAdminResolvers } from '#contract/send-admin';
import { siteAdminResolvers } from '#contract/site-admin';
import { spaceAdminResolvers } from '#contract/space-admin';

/**
 * Functions of administration, policy, history, diagnostics and privacy: payload and value of each, like `#contract/resolvers`.
 * Page and space come from the platform's context. All of them answer `Result<value>`.
 */

export { sendAdminResolvers } from '#contract/send-admin';
export { type Notice, noticeSchema, type SendRules, sendRulesSchema } from '#contract/send-rules';
export { type SettingsFile, STORED_KINDS, settingsFileSchema, siteAdminResolvers } from '#contract/site-admin';
export { spaceAdminResolvers } from '#contract/space-admin';

export const adminResolvers = { ...sendAdminResolvers, ...spaceAdminResolvers, ...siteAdminResolvers };
export type AdminResolverTable = typeof adminResolvers;
export type AdminResolverName = keyof AdminResolverTable;
/** What the caller passes. */
export type AdminPayloadInput<N extends AdminResolverName> = z.input<AdminResolverTable[N]['payload']>;
/** What the handler gets after parsing. */
export type AdminPayload<N extends AdminResolverName> = z.output<AdminResolverTable[N]['payload']>;
export type AdminValue<N extends AdminResolverName> = z.output<AdminResolverTable[N]['value']>;
