import type * as z from 'zod';
import { sendAdminResolvers } from '#contract/screens/send';
import { siteAdminResolvers } from '#contract/screens/site';
import { spaceAdminResolvers } from '#contract/screens/space';

/**
 * Functions of administration, policy, history, diagnostics and privacy: payload and value of each, like `#contract/resolvers`.
 * Page and space come from the platform's context. All of them answer `Result<value>`.
 */

export { sendAdminResolvers } from '#contract/screens/send';
export { type Notice, noticeSchema, type SendRules, sendRulesSchema } from '#contract/screens/send-rules';
export { type SettingsFile, STORED_KINDS, settingsFileSchema, siteAdminResolvers } from '#contract/screens/site';
export { spaceAdminResolvers } from '#contract/screens/space';

export const adminResolvers = { ...sendAdminResolvers, ...spaceAdminResolvers, ...siteAdminResolvers };
export type AdminResolverTable = typeof adminResolvers;
export type AdminResolverName = keyof AdminResolverTable;
/** What the caller passes. */
export type AdminPayloadInput<N extends AdminResolverName> = z.input<AdminResolverTable[N]['payload']>;
/** What the handler gets after parsing. */
export type AdminPayload<N extends AdminResolverName> = z.output<AdminResolverTable[N]['payload']>;
export type AdminValue<N extends AdminResolverName> = z.output<AdminResolverTable[N]['value']>;
