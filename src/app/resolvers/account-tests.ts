import { randomUUID } from 'node:crypto';
import { appReader } from '#app/confluence/index';
import type { Person } from '#app/model';
import { relay } from '#app/relay';
import type { Caller } from '#app/resolvers/handler';
import { now } from '#app/resolvers/rights';
import { type AccountForm, sendTestMail, verifyAccount } from '#app/settings/account';
import { settingsStore } from '#app/store/index';

/** *Test connection* and *Send a test mail to me* for the account on a form; the caller has checked that the person may. */

const account = { store: settingsStore, transport: relay, now };

/** `owner`: of the stored secrets that are used where none are typed. */
export const verify = (owner: string, form: AccountForm) => verifyAccount(account, owner, form);

export const sendTest = (owner: string, form: AccountForm, me: Person, { language }: Pick<Caller, 'language'>) =>
  sendTestMail({ ...account, app: appReader() }, { owner, form, me, language, random: randomUUID().replaceAll('-', '') });
