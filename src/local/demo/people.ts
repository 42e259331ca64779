import type { DemoGroup, DemoUser } from '#local/model';

/** The people of the demo site, a small maker of tide clocks. The first one is signed in until somebody else is chosen. */
export const people = [
  {
    accountId: '712020:6d1f0a52-mira-okonkwo',
    username: 'mira',
    name: 'Mira Okonkwo',
    email: 'mira@harbour.example',
    emailVisible: true,
    active: true,
    siteAdmin: true,
    locale: 'en-US',
    timezone: 'Europe/London',
  },
  {
    accountId: '712020:0b9e77c4-jonas-brueckner',
    username: 'jonas',
    name: 'Jonas Brückner',
    email: 'jonas.brueckner@harbour.example',
    emailVisible: true,
    active: true,
    siteAdmin: false,
    locale: 'de-DE',
    timezone: 'Europe/Berlin',
  },
  {
    accountId: '5b70c8b1-hana-sato-lindqvist',
    username: 'hana',
    name: 'Hana Satō-Lindqvist',
    email: 'hana@harbour.example',
    emailVisible: true,
    active: true,
    siteAdmin: false,
    locale: 'en-US',
    timezone: 'Asia/Tokyo',
  },
  {
    accountId: '712020:44aa1e90-tomas-rivera',
    username: 'tomas',
    name: 'Tomás Rivera',
    email: 'tomas@harbour.example',
    emailVisible: true,
    active: true,
    siteAdmin: false,
    locale: 'en-US',
    timezone: 'America/Halifax',
  },
  {
    accountId: '712020:f3d20c17-friederike-weiss',
    username: 'friederike',
    name: 'Friederike Weiß',
    email: 'friederike.weiss@harbour.example',
    emailVisible: true,
    active: true,
    siteAdmin: false,
    locale: 'de-DE',
    timezone: 'Europe/Berlin',
  },
  {
    // Profile visibility hides the address: other people see the name alone.
    accountId: '712020:91c5b0de-oluwaseun-adeyemi',
    username: 'seun',
    name: 'Oluwaseun Adeyemi',
    email: 'seun.adeyemi@example.net',
    emailVisible: false,
    active: true,
    siteAdmin: false,
    locale: 'en-US',
    timezone: 'Africa/Lagos',
  },
  {
    // A guest from outside; the contractors' group is the one that is not meant to send.
    accountId: '712020:2c7f38ab-leila-benhaddou',
    username: 'leila',
    name: 'Leïla Benhaddou',
    email: 'leila@studio.example.org',
    emailVisible: true,
    active: true,
    siteAdmin: false,
    locale: 'en-US',
    timezone: 'Europe/Paris',
  },
  {
    // Left the company: the account is deactivated and stays as an author.
    accountId: '557058:7e4d1b66-pavel-novotny',
    username: 'pavel',
    name: 'Pavel Novotný',
    email: 'pavel@example.com',
    emailVisible: true,
    active: false,
    siteAdmin: false,
    locale: 'en-US',
    timezone: 'Europe/Prague',
  },
] as const satisfies readonly DemoUser[];

/** Account id of a person by user name; throws for a name that the demo does not have. */
export function accountIdOf(username: string): string {
  const person = people.find((candidate) => candidate.username === username);
  if (!person) throw new Error(`The demo has no person ${username}`);
  return person.accountId;
}

const members = (...usernames: string[]): readonly string[] => usernames.map(accountIdOf);

export const groups: readonly DemoGroup[] = [
  { id: '0f6c2a4e-51d1-4f0e-9a55-1f2f6f1c0001', name: 'site-admins', members: members('mira') },
  {
    id: '0f6c2a4e-51d1-4f0e-9a55-1f2f6f1c0002',
    name: 'confluence-users-harbour',
    members: members('mira', 'jonas', 'hana', 'tomas', 'friederike', 'seun', 'leila'),
  },
  { id: '0f6c2a4e-51d1-4f0e-9a55-1f2f6f1c0003', name: 'workshop', members: members('jonas', 'hana', 'tomas', 'friederike', 'seun') },
  { id: '0f6c2a4e-51d1-4f0e-9a55-1f2f6f1c0004', name: 'contractors', members: members('leila') },
];

/** Id of a group by name; throws for a name that the demo does not have. */
export function groupIdOf(name: string): string {
  const group = groups.find((candidate) => candidate.name === name);
  if (!group) throw new Error(`The demo has no group ${name}`);
  return group.id;
}
