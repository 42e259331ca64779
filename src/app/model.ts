import type { AccountId, ContentId, GroupId, SpaceId } from '#contract/draft';
import type { InfoResponse, RelayAccount, SendRequest, SendResponse, VerifyResponse } from '#contract/relay';

/** What the use cases know of Confluence and the relay, and the functions they need of them. */

export type PageType = 'page' | 'blogpost';
export interface PageRef {
  readonly id: ContentId;
  readonly type: PageType;
}

/** Bodies as Confluence renders them (REST v2, `body-format`). */
export type BodyFormat = 'export_view' | 'view';

export interface Page extends PageRef {
  readonly title: string;
  readonly spaceId: SpaceId;
  /** Absolute. */
  readonly url: string;
  readonly body: string;
}
export interface Attachment {
  readonly id: ContentId;
  /** The page or blog post it is attached to. */
  readonly contentId: ContentId;
  readonly title: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly version: number;
}
export interface Space {
  readonly id: SpaceId;
  readonly key: string;
  readonly name: string;
  /** Absolute. */
  readonly url: string;
}
export interface Person {
  readonly accountId: AccountId;
  readonly name: string;
  /** False for deactivated and closed accounts and for apps. */
  readonly active: boolean;
  readonly avatarUrl?: string;
}
export interface Group {
  readonly groupId: GroupId;
  readonly name: string;
}

/** Reads a page with the rights of one person; works in that person's session and, by impersonation, after it. */
export interface PageReader {
  /** @throws AppFailure PAGE_NOT_FOUND when it does not exist or may not be viewed. */
  page(ref: PageRef, format: BodyFormat): Promise<Page>;
  /** All attachments of the page. */
  attachments(ref: PageRef): Promise<Attachment[]>;
  /** One attachment of any page; undefined when it does not exist or may not be viewed. */
  attachment(id: ContentId): Promise<Attachment | undefined>;
}

/** Asks Confluence as the person who is signed in. */
export interface Session {
  me(): Promise<Person & { readonly administersSite: boolean }>;
  /** @throws AppFailure SPACE_NOT_FOUND */
  space(id: SpaceId): Promise<Space>;
  administersSpace(id: SpaceId): Promise<boolean>;
  /** Whether viewing is restricted to some people or groups on the page itself. */
  isRestricted(ref: PageRef): Promise<boolean>;
  /** Active people whose name contains a word that starts with the query. */
  findPeople(query: string, limit: number): Promise<Person[]>;
  findGroups(query: string, limit: number): Promise<Group[]>;
  /** Those of the accounts that exist, in any order. */
  people(ids: readonly AccountId[]): Promise<Person[]>;
  group(id: GroupId): Promise<Group | undefined>;
  memberCount(id: GroupId): Promise<number>;
  /** At most `limit` members. */
  members(id: GroupId, limit: number): Promise<Person[]>;
  /** Those of the addresses that have no access to the site; undefined when Confluence does not tell. */
  withoutAccess(addresses: readonly string[]): Promise<string[] | undefined>;
}

/** What only the app itself may ask (`asApp`); ask only after a check as the person. */
export interface AppReader {
  /** Mail addresses whatever the profile shows; accounts without one are missing. */
  addresses(ids: readonly AccountId[]): Promise<Map<AccountId, string>>;
  /** Whether somebody may view the page; undefined when Confluence does not tell. */
  canView(page: ContentId, accountId: AccountId): Promise<boolean | undefined>;
}

/** How a message leaves: the relay today. */
export interface MailTransport {
  /** @throws AppFailure RELAY_* */
  info(): Promise<InfoResponse>;
  verify(account: RelayAccount): Promise<VerifyResponse>;
  /**
   * Hands over one message. `key` names job and attempt: a lost answer is asked for once more under it, nothing is sent twice.
   * @throws AppFailure with the relay's code; OUTCOME_UNKNOWN when the server may have the mail.
   */
  send(request: SendRequest, key: string): Promise<SendResponse>;
}
