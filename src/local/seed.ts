/** Sets the product up on a fresh site, by the app's own resolvers: a mail account at the inbox, the address of the relay. */
import * as z from 'zod';
import type { PayloadInput } from '#contract/resolvers';
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

/** @throws with the code that the app answered. */
export async function seedMailAccount(host: ForgeHost, directory: Directory, smtpPort: number): Promise<void> {
  const admin = directory.site.users.find((user) => directory.isSiteAdmin(user));
  if (!admin) throw new Error('The site has no administrator');
  const call = async (functionKey: keyof typeof siteResolvers, payload: unknown): Promise<unknown> => {
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
