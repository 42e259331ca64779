/** Sets the product up on a fresh site, by the app's own resolvers: a mail account at the inbox, and who may send. */
import * as z from 'zod';
import { groupIdSchema } from '#contract/draft';
import { MODULES } from '#contract/modules';
import { type AdminPayloadInput, siteAdminResolvers } from '#contract/screens/administration';
import type { ResolverName } from '#contract/screens/resolvers';
import type { MailAccount } from '#contract/settings/parts';
import { MAIN_ACCOUNT_ID } from '#contract/settings/v2';
import type { Directory } from '#local/confluence/directory';
import type { ForgeHost } from '#local/forge/host';
import type { Login } from '#local/inbox/smtp';

/** The login that the inbox takes; good on this machine only. */
export const INBOX_LOGIN: Login = { user: 'confluence', password: 'paper-boat-9' };
export const FROM_ADDRESS = 'confluence@harbour.example';

const answerSchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: z.object({ code: z.string() }) }),
]);

type Call = (functionKey: ResolverName, payload: unknown) => Promise<unknown>;

/** A mail account at the inbox's port, and the groups that may send where the site names some. @throws with the code that the app answered */
export async function seedSettings(host: ForgeHost, directory: Directory, smtpPort: number): Promise<void> {
  const call = callAsAdmin(host, directory);
  const { settings } = siteAdminResolvers['site-policy/get'].value.parse(await call('site-policy/get', {}));
  const groups = directory.site.groups.filter(({ name }) => directory.site.senderGroups?.includes(name));
  const who = { mode: 'groups' as const, groups: groups.map(({ id, name }) => ({ groupId: groupIdSchema.parse(id), name })) };
  const payload: AdminPayloadInput<'site-policy/save'> = {
    revision: settings.revision,
    changes: {
      accounts: [{ id: MAIN_ACCOUNT_ID, name: 'Harbour Confluence', account: inboxAccount(smtpPort) }],
      defaultAccount: MAIN_ACCOUNT_ID,
      ...(groups.length > 0 ? { policy: { ...settings.policy, who } } : {}),
    },
    secrets: { [MAIN_ACCOUNT_ID]: { password: INBOX_LOGIN.password } },
  };
  await call('site-policy/save', payload);
}

const inboxAccount = (port: number): MailAccount => ({
  host: 'localhost',
  port,
  security: 'starttls',
  auth: 'password',
  user: INBOX_LOGIN.user,
  fromName: 'Harbour Confluence',
  fromAddress: FROM_ADDRESS,
  replyToSender: true,
});

function callAsAdmin(host: ForgeHost, directory: Directory): Call {
  const admin = directory.site.users.find((user) => directory.isSiteAdmin(user));
  if (!admin) throw new Error('The site has no administrator');
  return async (functionKey, payload) => {
    const outcome = await host.invoke({
      moduleKey: MODULES.site,
      functionKey,
      payload,
      accountId: admin.accountId,
      context: { extension: {} },
    });
    if (!outcome.ok) throw new Error(`${functionKey}: ${outcome.message}`);
    const answer = answerSchema.parse(outcome.result);
    if (!answer.ok) throw new Error(`${functionKey}: ${answer.error.code}`);
    return answer.value;
  };
}
