import sharp from 'sharp';
import { barChart, buoyFrame, diagram, dial, exploded, harbour, lineChart, track } from '#local/demo/drawings';
import { docx, pdf, text, zip } from '#local/demo/formats';
import { accountIdOf } from '#local/demo/people';
import { seeded, seededBytes } from '#local/demo/seed';
import type { DemoAttachment } from '#local/model';

const KIB = 1024;
const MIB = 1024 * KIB;

const png = (svg: string): Promise<Uint8Array> => sharp(Buffer.from(svg)).png({ compressionLevel: 9 }).toBuffer();
const jpeg = (svg: string): Promise<Uint8Array> => sharp(Buffer.from(svg)).jpeg({ quality: 84 }).toBuffer();
async function gif(frames: number, draw: (frame: number) => string): Promise<Uint8Array> {
  const pictures = await Promise.all(
    Array.from({ length: frames }, (_, frame) =>
      sharp(Buffer.from(draw(frame)))
        .png()
        .toBuffer(),
    ),
  );
  return sharp(pictures, { join: { animated: true } })
    .gif({ delay: Array.from({ length: frames }, () => 90), loop: 0 })
    .toBuffer();
}

/** Half a sine a quarter day, as tides go, with some weather on top. */
const tide = (count: number, height: number, seed: number): number[] => {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, hour) => height + Math.sin((hour / 12.4) * Math.PI * 2) * height * 0.8 + (random() - 0.5) * 0.3);
};

function readings(rows: number): Uint8Array {
  const random = seeded(46);
  const lines = ['time_utc;buoy;salinity_psu;temperature_c;depth_m;heading_deg'];
  for (let row = 0; row < rows; row += 1) {
    const at = new Date(Date.UTC(2026, 10, 9) + row * 20_000).toISOString();
    lines.push(
      `${at};PUFFIN-${1 + (row % 4)};${(34 + random()).toFixed(3)};${(7 + random() * 3).toFixed(2)};${(random() * 12).toFixed(2)};${Math.floor(random() * 360)}`,
    );
  }
  return text(lines);
}

type Source = Uint8Array | Promise<Uint8Array> | { readonly seed: number; readonly sizeBytes: number; readonly head?: Uint8Array };
interface Row {
  readonly id: string;
  readonly page: string;
  readonly title: string;
  readonly mediaType: string;
  readonly by: string;
  readonly at: string;
  readonly version?: number;
  readonly source: Source;
}

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

const ROWS: readonly Row[] = [
  {
    id: 'att900101',
    page: '110001',
    title: 'harbour-morning.jpg',
    mediaType: 'image/jpeg',
    by: 'hana',
    at: '2026-09-02T05:41:00Z',
    source: jpeg(harbour(1600, 800)),
  },
  {
    id: 'att900102',
    page: '110001',
    title: 'Floor plan (ground floor).pdf',
    mediaType: 'application/pdf',
    by: 'mira',
    at: '2026-09-02T09:00:00Z',
    source: pdf(['Harbour Instruments', "Ground floor: workshop, stores, kitchen, the cat's chair."]),
  },
  {
    id: 'att900111',
    page: '110004',
    title: 'Travel policy 2026.pdf',
    mediaType: 'application/pdf',
    by: 'mira',
    at: '2026-01-12T10:00:00Z',
    version: 3,
    source: pdf(['Travel policy 2026', 'Trains before planes. Keep the receipts. Eat something warm.']),
  },
  {
    id: 'att900112',
    page: '110004',
    title: 'Expense form.docx',
    mediaType: DOCX,
    by: 'mira',
    at: '2026-01-12T10:05:00Z',
    source: docx(['Expense form', 'Name:', 'Journey:', 'Amount and currency:', 'Why it was worth it:']),
  },
  {
    id: 'att900121',
    page: '110005',
    title: 'salary-bands.csv',
    mediaType: 'text/csv',
    by: 'mira',
    at: '2026-10-01T08:00:00Z',
    source: text(['band;from;to', 'A;38000;46000', 'B;46000;58000', 'C;58000;74000']),
  },
  {
    id: 'att900201',
    page: '120002',
    title: 'dial.png',
    mediaType: 'image/png',
    by: 'tomas',
    at: '2026-08-18T13:20:00Z',
    version: 2,
    source: png(dial(720)),
  },
  {
    id: 'att900202',
    page: '120002',
    title: 'exploded-view.svg',
    mediaType: 'image/svg+xml',
    by: 'tomas',
    at: '2026-08-18T13:25:00Z',
    source: new TextEncoder().encode(exploded(960, 330)),
  },
  {
    id: 'att900203',
    page: '120002',
    title: 'accuracy over 48 h.png',
    mediaType: 'image/png',
    by: 'hana',
    at: '2026-08-20T07:10:00Z',
    source: png(
      lineChart({ width: 960, height: 420 }, [0, 4], { PREDICTED: tide(49, 2, 0), MEASURED: tide(49, 2, 8).map((value) => value + 0.12) }),
    ),
  },
  {
    id: 'att900204',
    page: '120002',
    title: 'harbour-night.jpg',
    mediaType: 'image/jpeg',
    by: 'hana',
    at: '2026-08-20T19:10:00Z',
    source: jpeg(harbour(1400, 900, true)),
  },
  {
    id: 'att900205',
    page: '120002',
    title: 'Tide clock Mk III – drawing set.pdf',
    mediaType: 'application/pdf',
    by: 'tomas',
    at: '2026-08-18T13:30:00Z',
    source: pdf(['Tide clock Mk III', 'Sheet 1 of 14: case, brass, turned.']),
  },
  {
    id: 'att900211',
    page: '120003',
    title: 'puffin.conf',
    mediaType: 'text/plain',
    by: 'seun',
    at: '2026-10-05T11:00:00Z',
    source: text(['[radio]', 'band = 868', 'duty_cycle = 0.01', '', '[sensors]', 'salinity = on', 'depth = on']),
  },
  {
    id: 'att900221',
    page: '120005',
    title: 'salinity week 46.png',
    mediaType: 'image/png',
    by: 'hana',
    at: '2026-11-16T06:00:00Z',
    source: png(
      lineChart({ width: 1100, height: 460 }, [33, 36], {
        'PUFFIN-1': tide(80, 34.4, 2).map((value) => 34.4 + (value - 34.4) / 40),
        'PUFFIN-2': tide(80, 34.9, 5).map((value) => 34.9 + (value - 34.9) / 34),
        'PUFFIN-3': tide(80, 33.9, 9).map((value) => 33.9 + (value - 33.9) / 60),
      }),
    ),
  },
  {
    id: 'att900222',
    page: '120005',
    title: 'readings week 46.csv',
    mediaType: 'text/csv',
    by: 'hana',
    at: '2026-11-16T06:02:00Z',
    source: readings(30_240),
  },
  {
    id: 'att900231',
    page: '120007',
    title: 'buoy-bobbing.gif',
    mediaType: 'image/gif',
    by: 'leila',
    at: '2026-10-20T15:00:00Z',
    source: gif(16, (frame) => buoyFrame(320, 220, frame, 16)),
  },
  {
    id: 'att900232',
    page: '120007',
    title: 'data-flow.drawio.png',
    mediaType: 'image/png',
    by: 'seun',
    at: '2026-10-20T15:10:00Z',
    source: png(diagram(960, 200, ['BUOY', 'RADIO', 'GATEWAY', 'STORE', 'CHART'])),
  },
  {
    id: 'att900233',
    page: '120007',
    title: 'orders by harbour.png',
    mediaType: 'image/png',
    by: 'leila',
    at: '2026-10-20T15:12:00Z',
    source: png(barChart(820, 380, { OSLO: 14, KIEL: 22, PORTO: 9, LAGOS: 17, HALIFAX: 12 })),
  },
  {
    id: 'att900234',
    page: '120007',
    title: 'launch-day.mp4',
    mediaType: 'video/mp4',
    by: 'leila',
    at: '2026-10-20T15:20:00Z',
    source: {
      seed: 234,
      sizeBytes: 3 * MIB,
      head: Uint8Array.from([0, 0, 0, 24, 102, 116, 121, 112, 109, 112, 52, 50, 0, 0, 0, 0, 109, 112, 52, 50, 105, 115, 111, 109]),
    },
  },
  {
    id: 'att900301',
    page: '120008',
    title: 'note.txt',
    mediaType: 'text/plain',
    by: 'tomas',
    at: '2026-11-10T08:00:00Z',
    source: text(
      Array.from(
        { length: 16 },
        (_, line) => `${String(line + 1).padStart(2, '0')}  Pack the dials face down, the cat stays at home, and count.`,
      ),
    ).slice(0, KIB),
  },
  {
    id: 'att900302',
    page: '120008',
    title: 'Standaufbau Größe Ä.pdf',
    mediaType: 'application/pdf',
    by: 'jonas',
    at: '2026-11-10T08:10:00Z',
    source: pdf(['Standaufbau Halle 7', 'Tisch 2,40 m, Rückwand, Licht.']),
  },
  {
    id: 'att900303',
    page: '120008',
    title: 'Tide clock "Mk III" – it\'s final.docx',
    mediaType: DOCX,
    by: 'tomas',
    at: '2026-11-10T08:20:00Z',
    version: 7,
    source: docx(['Tide clock Mk III', 'It is final. Really.']),
  },
  {
    id: 'att900304',
    page: '120008',
    title: '潮汐時計 取扱説明書.pdf',
    mediaType: 'application/pdf',
    by: 'hana',
    at: '2026-11-10T08:30:00Z',
    source: pdf(['Tide clock Mk III: instructions for use']),
  },
  {
    id: 'att900305',
    page: '120008',
    title: 'price list; winter & spring.csv',
    mediaType: 'text/csv',
    by: 'mira',
    at: '2026-11-10T08:40:00Z',
    source: text(['item;winter;spring', 'Tide clock Mk III;420;445', 'Barometer;260;260', 'Puffin buoy;3900;4100']),
  },
  {
    id: 'att900306',
    page: '120008',
    title: 'stand pictures.zip',
    mediaType: 'application/zip',
    by: 'leila',
    at: '2026-11-11T09:00:00Z',
    source: { seed: 306, sizeBytes: 5 * MIB, head: zip({ 'read me.txt': 'Pictures of the stand.\n' }).slice(0, 64) },
  },
  {
    id: 'att900307',
    page: '120008',
    title: 'firmware-image.bin',
    mediaType: 'application/octet-stream',
    by: 'seun',
    at: '2026-11-11T09:10:00Z',
    source: { seed: 307, sizeBytes: 256 * KIB },
  },
  {
    id: 'att900308',
    page: '120008',
    title: 'film of the workshop.mov',
    mediaType: 'video/quicktime',
    by: 'leila',
    at: '2026-11-11T09:20:00Z',
    source: { seed: 308, sizeBytes: 20 * MIB },
  },
  {
    id: 'att900401',
    page: '130004',
    title: 'Prüfstand Ä4.png',
    mediaType: 'image/png',
    by: 'friederike',
    at: '2026-11-03T12:00:00Z',
    source: png(
      lineChart({ width: 860, height: 380 }, [0, 20], {
        DRUCK: Array.from({ length: 40 }, (_, step) => 18 * (1 - Math.exp(-step / 9))),
        SOLL: Array.from({ length: 40 }, () => 17.5),
      }),
    ),
  },
  {
    id: 'att900402',
    page: '130004',
    title: 'Messwerte Prüfstand Ä4.csv',
    mediaType: 'text/csv',
    by: 'friederike',
    at: '2026-11-03T12:05:00Z',
    source: text(
      [
        'Zeit;Druck in bar',
        ...Array.from({ length: 400 }, (_, step) => `${step * 0.5};${(18 * (1 - Math.exp(-step / 90))).toFixed(3)}`),
      ].map((line) => line.replaceAll('.', ',')),
    ),
  },
  {
    id: 'att900411',
    page: '130003',
    title: 'Schlüsselliste.pdf',
    mediaType: 'application/pdf',
    by: 'friederike',
    at: '2026-05-04T09:00:00Z',
    source: pdf(['Schlüsselliste', 'Tor, Werkstatt, Lager, Dachboden.']),
  },
  {
    id: 'att900501',
    page: '140001',
    title: 'puffin-track.png',
    mediaType: 'image/png',
    by: 'hana',
    at: '2026-11-17T18:00:00Z',
    source: png(track(1000, 560)),
  },
  {
    id: 'att900511',
    page: '140002',
    title: 'Zifferblatt aus Messing.jpg',
    mediaType: 'image/jpeg',
    by: 'friederike',
    at: '2026-10-30T10:00:00Z',
    source: jpeg(dial(900)),
  },
  {
    id: 'att900601',
    page: '150001',
    title: 'board pack Q4.pdf',
    mediaType: 'application/pdf',
    by: 'mira',
    at: '2026-11-18T10:00:00Z',
    source: pdf(['Board pack Q4', 'For members of the board.']),
  },
];

async function attach(row: Row): Promise<DemoAttachment> {
  const source = await row.source;
  const bytes = source instanceof Uint8Array ? source : undefined;
  const { seed, sizeBytes, head } = source instanceof Uint8Array ? { seed: 0, sizeBytes: source.length, head: source } : source;
  return {
    id: row.id,
    contentId: row.page,
    title: row.title,
    mediaType: row.mediaType,
    version: row.version ?? 1,
    createdAt: row.at,
    authorId: accountIdOf(row.by),
    sizeBytes,
    read: () => (bytes ? [bytes] : seededBytes(seed, sizeBytes, head)),
  };
}

/** Files of the demo pages, 1 KiB to 20 MiB. Large ones are made while they are read. */
export const attachments: readonly DemoAttachment[] = await Promise.all(ROWS.map(attach));
