/** Sets the product up on a fresh site, by the app's own resolvers: a mail account at the inbox, and who may send. */
import * as z from 'zod';
import { siteAdminResolvers } from '#contract/admin-resolvers';
import type { PayloadInput, ResolverName } from '#contract/resolvers';
import { MODULES, siteResolvers } from '#contract/resolvers';
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
  await saveAccount(call, smtpPort);
  const groups = directory.site.groups.filter(({ name }) => directory.site.senderGroups?.includes(name));
  if (groups.length > 0) await saveSenders(call, groups);
}

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

async function saveAccount(call: Call, smtpPort: number): Promise<void> {
  const { settings } = siteResolvers['site-settings/get'].value.parse(await call('site-settings/get', {}));
  const payload: PayloadInput<'site-settings/save'> = {
    revision: settings.revision,
    enabled: true,
    presentation: settings.presentation,
    account: {
      host: 'localhost',
      port: smtpPort,
      security: 'starttls',
      auth: 'password',
      user: INBOX_LOGIN.user,
      fromName: 'Harbour Confluence',
      fromAddress: FROM_ADDRESS,
      replyToSender: true,
    },
    secrets: { password: INBOX_LOGIN.password },
  };
  await call('site-settings/save', payload);
}

async function saveSenders(call: Call, groups: readonly { readonly id: string; readonly name: string }[]): Promise<void> {
  const { settings } = siteAdminResolvers['site-policy/get'].value.parse(await call('site-policy/get', {}));
  const who = { mode: 'groups', groups: groups.map(({ id, name }) => ({ groupId: id, name })) };
  await call('site-policy/save', { revision: settings.revision, changes: { policy: { ...settings.policy, who } } });
}
