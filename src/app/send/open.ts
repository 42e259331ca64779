import { toFailure } from '#app/failure';
import type { AppReader, MailTransport, PageReader, PageRef, Person, Session } from '#app/model';
import type { NoticeStore } from '#app/notices/notices';
import { refusalOfOutside } from '#app/policy/decide';
import { identitiesOf, type SenderIdentity } from '#app/policy/identity';
import { leftToday, type QuotaStore } from '#app/policy/quota';
import { type Gate, openGate } from '#app/send/gate';
import { type SenderAccount, senderAccount } from '#app/settings/login';
import type { SettingsStore } from '#app/settings/model';
import { MAX_JOB_RECIPIENTS } from '#contract/limits';
import type { SendRules } from '#contract/screens/administration';
import type { Value } from '#contract/screens/resolvers';
import { subjectLine } from '#mail/message';

export interface OpenNeeds {
  readonly reader: Pick<PageReader, 'page' | 'attachments'>;
  readonly session: Pick<Session, 'me' | 'space' | 'isRestricted' | 'groupsOf'>;
  readonly settings: Pick<SettingsStore, 'site' | 'space' | 'exceptions'>;
  readonly app: Pick<AppReader, 'addresses'>;
  readonly transport: Pick<MailTransport, 'info'>;
  readonly quota: Pick<QuotaStore, 'lastTaken'>;
  readonly notices: Pick<NoticeStore, 'notices'>;
  readonly now: () => Date;
}

/** What the dialog shows when it opens. A person who may not send learns why. @throws AppFailure PAGE_NOT_FOUND */
export async function openDialog(needs: OpenNeeds, ref: PageRef): Promise<Value<'send/open'>> {
  const [page, attachments, me] = await Promise.all([needs.reader.page(ref), needs.reader.attachments(ref), needs.session.me()]);
  const [space, gate, notices] = await Promise.all([
    needs.session.space(page.spaceId),
    openGate(needs, page, me, false),
    needs.notices.notices(me.accountId),
  ]);
  const { policy, presentation } = gate.sending;
  const sender = await senderOf(needs, gate, me);
  return {
    page: { id: page.id, type: page.type, title: page.title, url: page.url, spaceName: space.name, spaceKey: space.key },
    me: { accountId: me.accountId, name: me.name },
    ...sender.value,
    subject: subjectLine(presentation.subjectPrefix, page.title),
    attachments: attachments.map(({ id, title, mediaType, sizeBytes, version }) => ({ id, title, mediaType, sizeBytes, version })),
    limits: { messageBytes: policy.limits.messageBytes, recipients: MAX_JOB_RECIPIENTS },
    rules: rulesOf(gate, sender.identities, await leftToday(needs.quota, me.accountId, policy.limits.mailsPerPersonAndDay, needs.now())),
    ...(notices.length > 0 ? { notices } : {}),
  };
}

interface Sender {
  readonly value: Pick<Value<'send/open'>, 'from' | 'refusal'>;
  readonly identities: readonly SenderIdentity[];
}

/** As whom the person may send; without an account, or where the policy says no, the reason. */
async function senderOf(needs: OpenNeeds, { sending, refusal }: Gate, me: Person): Promise<Sender> {
  if (refusal) return { value: { refusal }, identities: [] };
  try {
    const account = await senderAccount(needs.transport, sending.source());
    const identities = await identitiesFor(needs.app, sending.policy.identity, account, me);
    const { name, address } = identities[0].from;
    return { value: { from: { name: name ?? '', address } }, identities };
  } catch (error) {
    return { value: { refusal: toFailure(error) }, identities: [] };
  }
}

/** The person's identities; the own address is looked up only where it could be used. */
export async function identitiesFor(
  app: Pick<AppReader, 'addresses'>,
  policy: Gate['sending']['policy']['identity'],
  account: SenderAccount,
  me: Pick<Person, 'accountId' | 'name'>,
): Promise<[SenderIdentity, ...SenderIdentity[]]> {
  const own = policy.ownAddressDomains.length > 0 ? (await app.addresses([me.accountId])).get(me.accountId) : undefined;
  return identitiesOf(policy, account, { name: me.name, ownAddress: own });
}

function rulesOf({ sending, page }: Gate, identities: readonly SenderIdentity[], left: number | undefined): SendRules {
  const { policy, presentation } = sending;
  const noOutside = refusalOfOutside(policy, page);
  const strictest = (['site', 'domains'] as const).find((mode) => policy.toWhom.some((rule) => rule.mode === mode)) ?? 'everyone';
  return {
    toWhom: strictest,
    checkAddresses: noOutside !== undefined || policy.toWhom.some((rule) => rule.mode !== 'everyone' || rule.denyDomains.length > 0),
    ...(noOutside ? { noOutside } : {}),
    attachments: policy.limits.attachments,
    recipientsPerMail: policy.limits.recipientsPerMail,
    alwaysIndividual: policy.individualCopies === 'always',
    ...(left === undefined ? {} : { leftToday: left }),
    identities: identities.map(({ identity, from }) => ({ identity, name: from.name ?? '', address: from.address })),
    noteTemplate: presentation.noteTemplate,
    contact: policy.contact,
  };
}
