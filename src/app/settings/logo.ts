import { AppFailure } from '#app/failure';
import type { Logo } from '#app/settings/model';
import { MAX_LOGO_BYTES } from '#contract/limits';

/** Longest side of a logo, in px. */
const MAX_SIDE_PX = 4000;
const DATA_URL = /^data:(image\/(?:png|jpeg|gif));base64,([A-Za-z0-9+/]+={0,2})$/;

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * An uploaded logo from its data URL. Its kind and size are read from the picture itself, whatever the browser says.
 * @throws AppFailure LOGO_INVALID for another kind of file, one that is too large, or one whose size cannot be read
 */
export function parseLogo(dataUrl: string): Logo {
  const [, mediaType, base64 = ''] = DATA_URL.exec(dataUrl) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  const size = bytes.length > 0 && bytes.length <= MAX_LOGO_BYTES ? sizeOf(bytes, mediaType) : undefined;
  if (!size || size.widthPx < 1 || size.heightPx < 1 || size.widthPx > MAX_SIDE_PX || size.heightPx > MAX_SIDE_PX) {
    throw new AppFailure('LOGO_INVALID', { limit: `${MAX_LOGO_BYTES / 1024} KB` });
  }
  return { v: 1, mediaType: mediaType as Logo['mediaType'], base64: bytes.toString('base64'), ...size };
}

function sizeOf(bytes: Buffer, mediaType: string | undefined): Size | undefined {
  if (mediaType === 'image/png') return pngSize(bytes);
  if (mediaType === 'image/gif') return gifSize(bytes);
  return jpegSize(bytes);
}

/** PNG, section 11.2.2: the header chunk comes first. */
function pngSize(bytes: Buffer): Size | undefined {
  const isPng = bytes.length >= 24 && bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'));
  return isPng && bytes.toString('latin1', 12, 16) === 'IHDR'
    ? { widthPx: bytes.readUInt32BE(16), heightPx: bytes.readUInt32BE(20) }
    : undefined;
}

/** GIF89a, section 18: the logical screen. */
const gifSize = (bytes: Buffer): Size | undefined =>
  bytes.length >= 10 && /^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6))
    ? { widthPx: bytes.readUInt16LE(6), heightPx: bytes.readUInt16LE(8) }
    : undefined;

/** JPEG (ITU T.81, annex B): segments until a frame header. */
function jpegSize(bytes: Buffer): Size | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= bytes.length; ) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) return undefined;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { heightPx: bytes.readUInt16BE(at + 5), widthPx: bytes.readUInt16BE(at + 7) };
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
