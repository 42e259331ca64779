import { accountIdOf } from '#local/demo/people';
import { seeded } from '#local/demo/seed';
import { spaceIdOf } from '#local/demo/spaces';
import type { DemoContent } from '#local/model';

const WEATHER = ['calm', 'light airs', 'drizzle', 'fresh breeze', 'fog until noon', 'a proper gale', 'sun, unreasonably'];
const EVENTS = [
  'A seal leaned on PUFFIN-2 for eleven minutes and left no comment.',
  'Salinity steady. The gateway missed two packets and found them again.',
  'Battery at the expected level; the solar panel has a gull on it.',
  'Drifted forty metres south with the ebb and came back with the flood.',
  'Somebody waved from a kayak. The accelerometer waved back.',
  'Calibration pulse sent and answered within 300 ms.',
  'Kelp on the depth sensor: readings marked as doubtful until 14:00.',
  'Nothing happened, twice, at regular intervals.',
];
const DAYS = 520;

function day(index: number, random: () => number): string {
  const date = new Date(Date.UTC(2025, 5, 22 + index)).toISOString().slice(0, 10);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const state = random() > 0.08 ? ['success', 'OK'] : ['error', 'ATTENTION'];
  const cells = [
    `<time datetime="${date}" class="date-past">${date}</time>`,
    `PUFFIN-${1 + Math.floor(random() * 4)}`,
    pick(WEATHER),
    (34 + random()).toFixed(2),
    `<span class="status-macro aui-lozenge aui-lozenge-visual-refresh aui-lozenge-${state[0]}">${state[1]}</span>`,
    pick(EVENTS),
  ];
  return `<tr>${cells.map((cell) => `<td class="confluenceTd"><p>${cell}</p></td>`).join('')}</tr>`;
}

/** A page whose mail is larger than the 102,400 bytes that Gmail shows: one row for each day since the buoys swim. */
export function buoyLog(): DemoContent {
  const random = seeded(520);
  const head = ['Day', 'Buoy', 'Weather', 'Salinity', 'State', 'What happened'];
  const rows = Array.from({ length: DAYS }, (_, index) => day(index, random)).join('');
  return {
    id: '120006',
    type: 'page',
    spaceId: spaceIdOf('INST'),
    parentId: '120003',
    title: 'Buoy log, complete',
    body: `<p>Every day since the first Puffin swims, kept by whoever has the morning watch. It is long on purpose: nobody reads it, everybody searches it.</p><div class="table-wrap"><table data-table-width="1200" data-layout="full-width" class="confluenceTable"><colgroup><col style="width: 120.0px;"/><col style="width: 120.0px;"/><col style="width: 170.0px;"/><col style="width: 100.0px;"/><col style="width: 130.0px;"/><col style="width: 560.0px;"/></colgroup><tbody><tr>${head.map((name) => `<th class="confluenceTh"><p><strong>${name}</strong></p></th>`).join('')}</tr>${rows}</tbody></table></div>`,
    authorId: accountIdOf('hana'),
    createdAt: '2025-06-22T06:00:00Z',
    version: DAYS,
    labels: ['buoy', 'log'],
  };
}
