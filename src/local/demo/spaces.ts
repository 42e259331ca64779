import { accountIdOf } from '#local/demo/people';
import type { DemoSpace } from '#local/model';

export const spaces: readonly DemoSpace[] = [
  {
    id: '98305',
    key: 'HOUSE',
    name: 'Harbour House',
    description: 'Everything that everybody here needs: news, how we work, travel, words.',
    homepageId: '110001',
    adminAccountIds: [accountIdOf('mira')],
  },
  {
    id: '98306',
    key: 'INST',
    name: 'Instrument Workshop',
    description: 'Tide clocks, barometers and the Puffin buoy: specifications, plans, measurements.',
    homepageId: '120001',
    adminAccountIds: [accountIdOf('mira'), accountIdOf('jonas')],
  },
  {
    id: '98307',
    key: 'KIEL',
    name: 'Werkstatt Kiel',
    description: 'Alles rund um die Werkstatt am Ostufer.',
    homepageId: '130001',
    adminAccountIds: [accountIdOf('jonas'), accountIdOf('friederike')],
  },
  {
    id: '98308',
    key: 'BOARD',
    name: 'Board Room',
    description: 'Papers of the board.',
    homepageId: '150001',
    adminAccountIds: [accountIdOf('mira')],
    viewers: { users: [accountIdOf('mira'), accountIdOf('jonas')], groups: [] },
  },
];

/** Id of a space by key; throws for a key that the demo does not have. */
export function spaceIdOf(key: string): string {
  const space = spaces.find((candidate) => candidate.key === key);
  if (!space) throw new Error(`The demo has no space ${key}`);
  return space.id;
}
