import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { fitImage } from '#relay/submit/image';

const noise = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 50 } } });
const sizeOf = async (octets: Buffer) => {
  const { width, height, format } = await sharp(octets).metadata();
  return { width, height, format };
};

/** A PNG that claims `side` × `side` pixels in a few kilobytes. */
function bomb(side: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, body, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('pictures for mail', () => {
  test('a large one is scaled within both bounds and keeps its proportions and format', async () => {
    for (const format of ['png', 'jpeg'] as const) {
      const original = await noise(600, 300).toFormat(format).toBuffer();
      const fitted = await fitImage(original, { maxWidthPx: 300, maxHeightPx: 100 });
      assert.deepEqual(await sizeOf(fitted.body), { width: 200, height: 100, format });
      assert.equal(fitted.mediaType, `image/${format}`);
      assert.equal(fitted.sizeBytes, fitted.body.length);
    }
  });
  test('WebP and AVIF, which Outlook for Windows does not show, become JPEG, or PNG where something shines through', async () => {
    for (const format of ['webp', 'avif'] as const) {
      for (const bounds of [{}, { maxWidthPx: 40 }]) {
        const photo = await fitImage(await noise(80, 40).toFormat(format).toBuffer(), bounds);
        assert.deepEqual([photo.mediaType, photo.replaced, (await sizeOf(photo.body)).format], ['image/jpeg', false, 'jpeg']);
        const clear = await noise(80, 40).ensureAlpha(0.5).toFormat(format).toBuffer();
        assert.equal((await fitImage(clear, bounds)).mediaType, 'image/png');
      }
    }
  });
  test('one within its bounds, or whose copy would be larger, keeps its octets', async () => {
    const small = await noise(300, 100).png().toBuffer();
    assert.equal((await fitImage(small, { maxWidthPx: 300, maxHeightPx: 100 })).body, small);
    assert.equal((await fitImage(small, {})).body, small);
    const flat = await sharp({ create: { width: 500, height: 500, channels: 3, background: '#fff' } })
      .png({ palette: true, colours: 2 })
      .toBuffer();
    const scaled = await fitImage(flat, { maxWidthPx: 499 });
    assert.ok(scaled.body.length <= flat.length);
  });
  test('the media type is that of the octets, whatever the page says', async () => {
    assert.equal((await fitImage(await noise(10, 10).jpeg().toBuffer(), {})).mediaType, 'image/jpeg');
  });
  test('a GIF stays as it is, so that it moves', async () => {
    const gif = await noise(200, 200).gif().toBuffer();
    const fitted = await fitImage(gif, { maxWidthPx: 100 });
    assert.equal(fitted.body, gif);
    assert.equal(fitted.mediaType, 'image/gif');
  });
  test('a turned photograph is turned upright before it is scaled', async () => {
    const photo = await noise(200, 400).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    assert.deepEqual(await sizeOf((await fitImage(photo, { maxWidthPx: 200 })).body), { width: 200, height: 100, format: 'jpeg' });
  });
  test('SVG and TIFF become PNG, and an SVG reads nothing from disk or network', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="50" height="40"><rect width="50" height="40" fill="#00f"/><image xlink:href="file:///etc/passwd" width="9" height="9"/><image xlink:href="http://127.0.0.1:9/x.png" width="9" height="9"/></svg>';
    const drawn = await fitImage(Buffer.from(svg), { maxWidthPx: 100 });
    assert.equal(drawn.mediaType, 'image/png');
    assert.deepEqual(await sizeOf(drawn.body), { width: 50, height: 40, format: 'png' });
    const tiff = await noise(20, 20).tiff().toBuffer();
    assert.equal((await fitImage(tiff, {})).mediaType, 'image/png');
  });
  const unfit: [string, Buffer][] = [
    ['random octets', randomBytes(500)],
    ['nothing', Buffer.alloc(0)],
    ['HTML', Buffer.from('<html><script>alert(1)</script></html>')],
    ['a PNG of 60,000 × 60,000 px', bomb(60_000)],
    [
      'an endless SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"><rect width="9" height="9"/></svg>'),
    ],
    [
      'an SVG that expands entities',
      Buffer.from(
        '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><svg xmlns="http://www.w3.org/2000/svg" width="x">&c;</svg',
      ),
    ],
  ];
  for (const [name, octets] of unfit) {
    test(`${name}: a small grey square instead`, async () => {
      const fitted = await fitImage(octets, { maxWidthPx: 100 });
      assert.equal(fitted.replaced, true);
      assert.deepEqual(await sizeOf(fitted.body), { width: 40, height: 40, format: 'png' });
    });
  }
  test('a damaged picture is replaced when it has to be scaled', async () => {
    const original = await noise(400, 200).png().toBuffer();
    assert.equal((await fitImage(original.subarray(0, original.length / 2), { maxWidthPx: 100 })).replaced, true);
  });
});
