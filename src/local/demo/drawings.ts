import { lettering, letteringWidth } from '#local/demo/lettering';
import { seeded } from '#local/demo/seed';

/** Pictures of the demo site as SVG source; attachments.ts turns them into PNG, JPEG and GIF. */

const svg = (width: number, height: number, content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`;

const gradient = (id: string, stops: readonly string[]): string =>
  `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${stops
    .map((colour, index) => `<stop offset="${index / (stops.length - 1)}" stop-color="${colour}"/>`)
    .join('')}</linearGradient>`;

function hills(width: number, base: number, height: number, colour: string, seed: number): string {
  const random = seeded(seed);
  const points = Array.from({ length: 13 }, (_, index) => `${(index * width) / 12},${base - height * (0.35 + random() * 0.65)}`);
  return `<polygon points="0,${base} ${points.join(' ')} ${width},${base}" fill="${colour}"/>`;
}

function waves(width: number, top: number, bottom: number, colour: string, seed: number): string {
  const random = seeded(seed);
  return Array.from({ length: 420 }, () => {
    const depth = random() ** 1.6;
    const y = top + (bottom - top) * depth;
    const length = 10 + depth * 90;
    const x = random() * width;
    return `<path d="M${x.toFixed(0)} ${y.toFixed(0)}q${(length / 2).toFixed(0)} ${(-2 - depth * 5).toFixed(1)} ${length.toFixed(0)} 0" fill="none" stroke="${colour}" stroke-opacity="${(0.12 + random() * 0.4).toFixed(2)}" stroke-width="${(1 + depth * 2.5).toFixed(1)}"/>`;
  }).join('');
}

function lighthouse(x: number, base: number, height: number): string {
  const width = height * 0.16;
  const stripe = (from: number, to: number, colour: string): string => {
    const half = (at: number): number => (width / 2) * (0.62 + 0.38 * (1 - at));
    return `<polygon points="${x - half(from)},${base - height * from} ${x + half(from)},${base - height * from} ${x + half(to)},${base - height * to} ${x - half(to)},${base - height * to}" fill="${colour}"/>`;
  };
  const bands = [0, 0.16, 0.32, 0.48, 0.64].map((from, index) => stripe(from, from + 0.16, index % 2 ? '#f3ede2' : '#b8402e')).join('');
  const lamp = base - height * 0.8;
  return `<ellipse cx="${x}" cy="${base}" rx="${width * 1.7}" ry="${height * 0.05}" fill="#3a3632"/>${bands}<rect x="${x - width * 0.42}" y="${lamp - height * 0.02}" width="${width * 0.84}" height="${height * 0.02}" fill="#2b2a2a"/><rect x="${x - width * 0.22}" y="${lamp - height * 0.11}" width="${width * 0.44}" height="${height * 0.09}" fill="#ffe9a8"/><polygon points="${x - width * 0.3},${lamp - height * 0.11} ${x + width * 0.3},${lamp - height * 0.11} ${x},${lamp - height * 0.2}" fill="#b8402e"/>`;
}

/** A photograph-like harbour at dawn. */
export function harbour(width: number, height: number, night = false): string {
  const horizon = height * 0.56;
  const sky = night ? ['#0b1634', '#22335f', '#5b5b86'] : ['#31527f', '#c8879a', '#ffd9a0'];
  const sea = night ? ['#2c3a63', '#0a1330'] : ['#d79a86', '#4f6f93', '#1d3355'];
  const sun = night
    ? `<circle cx="${width * 0.3}" cy="${height * 0.2}" r="${height * 0.045}" fill="#f5f1dc"/>`
    : `<circle cx="${width * 0.34}" cy="${horizon}" r="${height * 0.09}" fill="#fff3cf"/><circle cx="${width * 0.34}" cy="${horizon}" r="${height * 0.26}" fill="#ffe6b0" fill-opacity="0.25"/>`;
  const boat = `<path d="M${width * 0.52} ${height * 0.7}h${width * 0.13}l-${width * 0.018} ${height * 0.045}h-${width * 0.094}z" fill="#33231f"/><path d="M${width * 0.588} ${height * 0.69}v-${height * 0.2}l${width * 0.055} ${height * 0.19}z" fill="#f0e6d6"/><path d="M${width * 0.583} ${height * 0.69}v-${height * 0.16}l-${width * 0.045} ${height * 0.15}z" fill="#d9c9b0"/>`;
  return svg(
    width,
    height,
    `<defs>${gradient('sky', sky)}${gradient('sea', sea)}</defs><rect width="${width}" height="${height}" fill="url(#sky)"/>${sun}${hills(width, horizon, height * 0.16, night ? '#1a2444' : '#8d7089', 5)}${hills(width, horizon, height * 0.09, night ? '#131b36' : '#5d5470', 9)}<rect y="${horizon}" width="${width}" height="${height - horizon}" fill="url(#sea)"/>${waves(width, horizon + 3, height, night ? '#8fa3d8' : '#ffe4bd', 3)}${boat}${lighthouse(width * 0.83, height * 0.62, height * 0.42)}`,
  );
}

const INK = '#1f3a4d';

/** The dial of the tide clock. */
export function dial(size: number): string {
  const centre = size / 2;
  const ticks = Array.from({ length: 60 }, (_, index) => {
    const long = index % 5 === 0;
    return `<line x1="${centre}" y1="${size * 0.08}" x2="${centre}" y2="${size * (long ? 0.14 : 0.11)}" stroke="${INK}" stroke-width="${long ? size * 0.008 : size * 0.003}" transform="rotate(${index * 6} ${centre} ${centre})"/>`;
  }).join('');
  const label = (line: string, y: number): string => lettering(line, centre - letteringWidth(line, size * 0.035) / 2, y, size * 0.035, INK);
  return svg(
    size,
    size,
    `<rect width="${size}" height="${size}" fill="#f4f1ea"/><circle cx="${centre}" cy="${centre}" r="${size * 0.47}" fill="#b08a4a"/><circle cx="${centre}" cy="${centre}" r="${size * 0.445}" fill="#fdfbf5"/>${ticks}${label('HIGH TIDE', size * 0.19)}${label('LOW TIDE', size * 0.77)}<path d="M${size * 0.2} ${centre}q${size * 0.075} -${size * 0.05} ${size * 0.15} 0t${size * 0.15} 0t${size * 0.15} 0t${size * 0.15} 0" fill="none" stroke="#2f7f95" stroke-width="${size * 0.012}"/><g transform="rotate(37 ${centre} ${centre})"><polygon points="${centre - size * 0.014},${centre + size * 0.08} ${centre},${size * 0.15} ${centre + size * 0.014},${centre + size * 0.08}" fill="#b8402e"/></g><circle cx="${centre}" cy="${centre}" r="${size * 0.026}" fill="${INK}"/>`,
  );
}

/** Parts of the clock pulled apart along one axis. */
export function exploded(width: number, height: number): string {
  const middle = height / 2;
  const parts = ['CASE', 'DIAL', 'HAND', 'MOVEMENT', 'BACK'];
  const drawn = parts.map((name, index) => {
    const x = 90 + (index * (width - 180)) / (parts.length - 1);
    const radius = name === 'MOVEMENT' ? 52 : name === 'HAND' ? 18 : 84;
    const fill = ['#e5d3ad', '#fdfbf5', '#b8402e', '#cfd8dc', '#d9c9a4'][index];
    return `<ellipse cx="${x}" cy="${middle}" rx="${radius * 0.34}" ry="${radius}" fill="${fill}" stroke="${INK}" stroke-width="2"/><line x1="${x}" y1="${middle + radius + 6}" x2="${x}" y2="${height - 46}" stroke="${INK}" stroke-dasharray="4 4"/><circle cx="${x}" cy="${height - 34}" r="13" fill="#fff" stroke="${INK}" stroke-width="1.5"/>${lettering(String(index + 1), x - 4.5, height - 41, 14, INK)}${lettering(name, x - letteringWidth(name, 10) / 2, 18, 10, INK)}`;
  });
  return svg(
    width,
    height,
    `<rect width="${width}" height="${height}" fill="#ffffff"/><line x1="30" y1="${middle}" x2="${width - 30}" y2="${middle}" stroke="${INK}" stroke-dasharray="12 5 3 5"/>${drawn.join('')}`,
  );
}

const SERIES_COLOURS = ['#1d7afc', '#e2483d', '#22a06b', '#946f00'];

/** A line chart with axes, a grid and a legend; values are scaled to the range given. */
export function lineChart(
  size: { width: number; height: number },
  range: readonly [low: number, high: number],
  series: Readonly<Record<string, readonly number[]>>,
): string {
  const { width, height } = size;
  const [low, high] = range;
  const left = 62;
  const bottom = height - 40;
  const top = 50;
  const y = (value: number): number => bottom - ((value - low) / (high - low)) * (bottom - top);
  const grid = [0, 1, 2, 3, 4].map((step) => {
    const value = low + ((high - low) * step) / 4;
    const label = Number.isInteger(value) ? String(value) : value.toFixed(1);
    return `<line x1="${left}" y1="${y(value)}" x2="${width - 20}" y2="${y(value)}" stroke="#dfe1e6"/>${lettering(label, left - 12 - letteringWidth(label, 11), y(value) - 5, 11, '#505f79')}`;
  });
  const lines = Object.entries(series).map(([name, values], index) => {
    const colour = SERIES_COLOURS[index % SERIES_COLOURS.length] ?? INK;
    const points = values.map(
      (value, at) => `${(left + (at * (width - left - 20)) / (values.length - 1)).toFixed(1)},${y(value).toFixed(1)}`,
    );
    const legend = left + index * 190;
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="3" stroke-linejoin="round"/><rect x="${legend}" y="18" width="22" height="10" rx="2" fill="${colour}"/>${lettering(name, legend + 32, 17, 12, '#172b4d')}`;
  });
  return svg(width, height, `<rect width="${width}" height="${height}" fill="#ffffff"/>${grid.join('')}${lines.join('')}`);
}

/** Columns side by side, one for each name. */
export function barChart(width: number, height: number, values: Readonly<Record<string, number>>): string {
  const most = Math.max(...Object.values(values));
  const count = Object.keys(values).length;
  const slot = (width - 40) / count;
  const bars = Object.entries(values).map(([name, value], index) => {
    const tall = (value / most) * (height - 100);
    const x = 20 + index * slot + slot * 0.2;
    const shown = String(value);
    return `<rect x="${x}" y="${height - 44 - tall}" width="${slot * 0.6}" height="${tall}" rx="4" fill="#579dff"/>${lettering(name, x + slot * 0.3 - letteringWidth(name, 11) / 2, height - 30, 11, '#172b4d')}${lettering(shown, x + slot * 0.3 - letteringWidth(shown, 12) / 2, height - 66 - tall, 12, '#505f79')}`;
  });
  return svg(
    width,
    height,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>${bars.join('')}<line x1="16" y1="${height - 44}" x2="${width - 16}" y2="${height - 44}" stroke="#8590a2"/>`,
  );
}

/** Boxes and arrows, as a diagram app would export them. */
export function diagram(width: number, height: number, boxes: readonly string[]): string {
  const wide = (width - 40) / boxes.length;
  const drawn = boxes.map((name, index) => {
    const x = 20 + index * wide;
    const arrow =
      index < boxes.length - 1
        ? `<path d="M${x + wide - 36} ${height / 2}h28m-9 -7l9 7l-9 7" fill="none" stroke="${INK}" stroke-width="2.5"/>`
        : '';
    return `<rect x="${x + 6}" y="${height / 2 - 42}" width="${wide - 48}" height="84" rx="10" fill="${index % 2 ? '#e9f2ff' : '#fff7d6'}" stroke="${INK}" stroke-width="2"/>${lettering(name, x + 6 + (wide - 48 - letteringWidth(name, 13)) / 2, height / 2 - 7, 13, INK)}${arrow}`;
  });
  return svg(width, height, `<rect width="${width}" height="${height}" fill="#ffffff"/>${drawn.join('')}`);
}

/** One of `frames` pictures of the buoy on its wave. */
export function buoyFrame(width: number, height: number, frame: number, frames: number): string {
  const turn = (frame / frames) * Math.PI * 2;
  const sea = height * 0.62 + Math.sin(turn) * height * 0.05;
  const wave = Array.from(
    { length: 25 },
    (_, index) => `${(index * width) / 24},${(height * 0.62 + Math.sin(turn + (index - 12) * 0.5) * height * 0.05).toFixed(1)}`,
  );
  const middle = width / 2;
  return svg(
    width,
    height,
    `<rect width="${width}" height="${height}" fill="#d6ecf5"/><g transform="rotate(${(Math.cos(turn) * 9).toFixed(2)} ${middle} ${sea.toFixed(1)})"><rect x="${middle - 3}" y="${sea - height * 0.42}" width="6" height="${height * 0.3}" fill="#44546f"/><circle cx="${middle}" cy="${sea - height * 0.44}" r="7" fill="${frame % 4 < 2 ? '#f5cd47' : '#ae4787'}"/><path d="M${middle - 34} ${sea - 6}q34 -${height * 0.22} 68 0v22h-68z" fill="#e2483d"/><rect x="${middle - 34}" y="${sea + 2}" width="68" height="8" fill="#ffffff"/></g><polygon points="0,${height} ${wave.join(' ')} ${width},${height}" fill="#2f7f95" fill-opacity="0.85"/>`,
  );
}

/** The way the buoy drifted, over a sea chart. */
export function track(width: number, height: number): string {
  const random = seeded(41);
  let x = width * 0.12;
  let y = height * 0.75;
  const points = Array.from({ length: 60 }, () => {
    x += (width * 0.76) / 60 + (random() - 0.5) * 14;
    y += -height * 0.009 + (random() - 0.5) * 26;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const depth = [0.9, 0.66, 0.42].map(
    (share) =>
      `<ellipse cx="${width * 0.55}" cy="${height * 0.45}" rx="${width * 0.5 * share}" ry="${height * 0.55 * share}" fill="none" stroke="#8fc3d6" stroke-width="2"/>`,
  );
  return svg(
    width,
    height,
    `<rect width="${width}" height="${height}" fill="#dff1f7"/>${depth.join('')}<path d="M0 ${height}V${height * 0.8}q${width * 0.09} -${height * 0.06} ${width * 0.13} ${height * 0.07}t${width * 0.17} ${height * 0.13}z" fill="#eadfb9" stroke="#b9a76b" stroke-width="2"/><polyline points="${points.join(' ')}" fill="none" stroke="#b8402e" stroke-width="4" stroke-linejoin="round"/><circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="9" fill="#b8402e"/>${lettering('412 KM', width * 0.62, height * 0.84, 22, INK)}`,
  );
}
