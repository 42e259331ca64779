import type { AccountId, ContentId, GroupId, SpaceId } from '#contract/draft';
import type {
  DomainCheckRequest,
  DomainCheckResponse,
  InfoResponse,
  SendRequest,
  SendResponse,
  VerifyRequest,
  VerifyResponse,
} from '#contract/relay/api';
import type { SecureRequest } from '#contract/relay/secure';
import type { Layout } from '#mail/render/index';

/** What the use cases know of Confluence and the relay, and the functions they need of them. */

export type PageType = 'page' | 'blogpost';
export interface PageRef {
  readonly id: ContentId;
  readonly type: PageType;
}

/** Bodies as Confluence renders them, and the document itself as JSON text (REST v2, `body-format`). */
export type BodyFormat = 'export_view' | 'view' | 'atlas_doc_format';

export interface Page extends PageRef {
  readonly title: string;
  readonly spaceId: SpaceId;
  /** Counts changes of the page; the first is 1. */
  readonly version?: number;
  /** Names of its labels. */
  readonly labels?: readonly string[];
  /** Absolute. */
  readonly url: string;
  readonly body: string;
  /** Sections of more than three columns, where the body may have put some together. */
  readonly layouts?: readonly Layout[];
}
export interface Attachment {
  readonly id: ContentId;
  /** The page or blog post it is attached to. */
  readonly contentId: ContentId;
  readonly title: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Confluence does not tell the size in its list; `sizeBytes` is 0. */
  readonly sizeUnknown?: boolean;
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
  /** The profile does not show the mail address to whoever asked. */
  readonly addressHidden?: boolean;
}
export interface Group {
  readonly groupId: GroupId;
  readonly name: string;
}

/** Reads a page with the rights of one person; works in that person's session and, by impersonation, after it. */
export interface PageReader {
  /** Without a format, nothing is rendered and the body is empty. @throws AppFailure PAGE_NOT_FOUND when it does not exist or may not be viewed. */
  page(ref: PageRef, format?: BodyFormat): Promise<Page>;
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
  /** Whether viewing is restricted to some people or groups, on the page itself or (`above`) on a page above it. */
  isRestricted(ref: PageRef, above?: boolean): Promise<boolean>;
  /** Groups that the person signed in belongs to. */
  groupsOf(accountId: AccountId): Promise<ReadonlySet<GroupId>>;
  /** Spaces whose name or key contains the words. */
  findSpaces(query: string, limit: number): Promise<Space[]>;
  /** Pages and blog posts with words in their title that begin with those of the query, the last changed first; of one space or of all. */
  findPages(query: string, limit: number, spaceId?: SpaceId): Promise<{ id: ContentId; type: PageType; title: string }[]>;
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
}

/** One mail for the relay: as it is, or signed and encrypted by the app (`body`) or to be by the relay (`secure`). */
export type OutgoingRequest = SendRequest & Partial<Pick<SecureRequest, 'body' | 'secure'>>;

/** How a message leaves: the relay today. */
export interface MailTransport {
  /** @throws AppFailure RELAY_* */
  info(): Promise<InfoResponse>;
  verify(account: VerifyRequest['account']): Promise<VerifyResponse>;
  /**
   * Hands over one message. `key` names job and attempt: a lost answer is asked for once more under it, nothing is sent twice.
   * `isThere`: the relay has just answered, so it need not be asked again whether it is there.
   * @throws AppFailure with the relay's code; OUTCOME_UNKNOWN when the server may have the mail.
   */
  send(request: OutgoingRequest, key: string, isThere?: boolean): Promise<SendResponse>;
}

/** What else the relay does. */
export interface RelayTools {
  /** SPF, DKIM and DMARC of the domain of a sender address. @throws AppFailure RELAY_* */
  checkDomain(request: DomainCheckRequest): Promise<DomainCheckResponse>;
  /** Switches the relay's debug log on for this installation, or off with 0. @throws AppFailure RELAY_* */
  debug(minutes: number): Promise<void>;
}
