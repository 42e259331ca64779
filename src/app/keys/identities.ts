import { AppFailure } from '#app/failure';
import { bytesOf } from '#app/keys/add';
import type { IdentityStore, Judging, KeyTools, OpenedIdentity, ParsedKey, Problem } from '#app/keys/model';
import type { KeyFile, KeySummary, Protocol } from '#contract/keys/keys';
import { protocolSchema } from '#contract/keys/keys';
import { MAX_IDENTITY_BYTES } from '#contract/limits';

/** Signing identities of mail accounts: one certificate and one OpenPGP key for each, whose private halves are secrets. */

export interface IdentityNeeds {
  readonly identities: IdentityStore;
  readonly tools: KeyTools;
  readonly judging: Judging;
}
/** The account that signs: the owner of its secrets, and the address that its mail comes from. */
export interface SigningAccount {
  readonly owner: string;
  readonly name: string;
  readonly address: string;
}
export type ShownIdentity = KeySummary & { readonly problems: Problem[] };

export const PROTOCOLS: readonly Protocol[] = protocolSchema.options;

/** What is shown of an account's identities; never anything of their private halves. */
export async function shownIdentities(needs: IdentityNeeds, account: SigningAccount): Promise<Partial<Record<Protocol, ShownIdentity>>> {
  const shown: Partial<Record<Protocol, ShownIdentity>> = {};
  for (const protocol of PROTOCOLS) {
    const stored = await needs.identities.identity(account.owner, protocol);
    if (stored) shown[protocol] = await described(needs, (await needs.tools.describeIdentity(stored)).key, account);
  }
  return shown;
}

async function described({ tools, judging }: IdentityNeeds, key: ParsedKey, { address }: SigningAccount): Promise<ShownIdentity> {
  return { ...key.summary, problems: [...(await tools.judge(key, 'sign', address, judging))] };
}

/**
 * Keeps the identity in a file in place of the one before. One that is of another address or ended is kept too, with what is wrong with it,
 * since an administrator may be about to change the account. @throws AppFailure KEY_PASSWORD, KEY_UNUSABLE
 */
export async function saveIdentity(needs: IdentityNeeds, account: SigningAccount, file: KeyFile, password: string): Promise<ShownIdentity> {
  return keep(needs, account, await needs.tools.openIdentity(bytesOf(file), password));
}

/** Makes an OpenPGP key for the account's address. */
export async function createIdentity(needs: IdentityNeeds, account: SigningAccount): Promise<ShownIdentity> {
  return keep(needs, account, await needs.tools.createIdentity(account.name, account.address, needs.judging.now));
}

async function keep(needs: IdentityNeeds, account: SigningAccount, { key, stored }: OpenedIdentity): Promise<ShownIdentity> {
  if (Buffer.byteLength(stored.value) > MAX_IDENTITY_BYTES) throw new AppFailure('KEY_UNUSABLE');
  await needs.identities.saveIdentity(account.owner, stored);
  return described(needs, key, account);
}

/** The public half as text to hand out. @throws AppFailure KEY_UNUSABLE where there is none */
export async function publicText({ identities, tools }: IdentityNeeds, owner: string, protocol: Protocol): Promise<string> {
  const stored = await identities.identity(owner, protocol);
  if (!stored) throw new AppFailure('KEY_UNUSABLE');
  return (await tools.describeIdentity(stored)).publicText;
}

/**
 * The identity that signs for an address now, of the protocol asked for; else why there is none. The private half comes with it, and goes no
 * further than the function that signs.
 */
export async function signingIdentity(
  needs: IdentityNeeds,
  account: SigningAccount,
  protocol: Protocol,
): Promise<{ readonly stored: NonNullable<Awaited<ReturnType<IdentityStore['identity']>>> } | { readonly problem: Problem }> {
  const stored = await needs.identities.identity(account.owner, protocol);
  if (!stored) return { problem: { code: 'NO_SIGNING_KEY' } };
  const { key } = await needs.tools.describeIdentity(stored);
  const [problem] = await needs.tools.judge(key, 'sign', account.address, needs.judging);
  return problem ? { problem } : { stored };
}
