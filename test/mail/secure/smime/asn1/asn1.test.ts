import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OID } from '#mail/secure/smime/asn1/oids';
import { Asn1Error, elementAt, Fields, fieldsOf, octetsOf, within } from '#mail/secure/smime/asn1/read';
import { booleanOf, namedBits, oidOf, smallInteger, textOf, timeOf, unsignedOctets } from '#mail/secure/smime/asn1/values';
import { bits, integer, octets, oid, sequence, setOf, time, tlv } from '#mail/secure/smime/asn1/write';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const broken = (read: () => unknown): void => assert.throws(read, Asn1Error);

describe('ASN.1', () => {
  test('lengths of every form are read: short, long, longer than needed, indefinite', () => {
    for (const text of ['040141', '04810141', '0482000141', '04840000000141'])
      assert.deepEqual(Buffer.from(elementAt(hex(text)).content), hex('41'));
    const indefinite = elementAt(hex('3080040141040142000099'));
    assert.equal(indefinite.bytes.length, 10);
    assert.deepEqual(
      [...within(indefinite).rest()].map(({ content }) => Buffer.from(content).toString()),
      ['A', 'B'],
    );
  });

  test('what ends early, has no length or an impossible one, is none', () => {
    for (const text of [
      '',
      '30',
      '3001',
      '308201',
      '30830000',
      '3085ffffffffff',
      '3087010000000000',
      '1f8100',
      '0480',
      '3080',
      '30800401',
      '308004014100',
    ])
      broken(() => elementAt(hex(text)));
    broken(() => [...new Fields(hex('04014104')).rest()]);
  });

  test('nesting has an end', () => {
    broken(() => elementAt(Buffer.alloc(2_000_000, hex('3080'))));
    broken(() => octetsOf(elementAt(Buffer.concat([...Array.from({ length: 100 }, () => hex('2480')), Buffer.alloc(200)]))));
    const deep = (levels: number): Buffer => (levels === 0 ? octets(hex('41')) : tlv(0x24, deep(levels - 1)));
    assert.deepEqual(Buffer.from(octetsOf(elementAt(deep(20)))), hex('41'));
    broken(() => octetsOf(elementAt(deep(40))));
  });

  test('pieces of a string are put together, and anything else among them is refused', () => {
    assert.deepEqual(Buffer.from(octetsOf(elementAt(hex('2480040141040242430000')))), hex('414243'));
    broken(() => octetsOf(elementAt(hex('2403020141'))));
  });

  test('fields come in their order and with their tags', () => {
    const fields = fieldsOf(elementAt(sequence(integer(5), octets(hex('41')))));
    assert.equal(fields.optional(0x30), undefined);
    assert.equal(smallInteger(fields.next(0x02)), 5);
    broken(() => fields.next(0x02));
    assert.equal(fieldsOf(elementAt(sequence())).isAtEnd, true);
    broken(() => fieldsOf(elementAt(setOf())));
  });

  test('numbers go to and fro', () => {
    for (const value of [0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 31 - 1])
      assert.equal(smallInteger(elementAt(integer(value))), value);
    assert.deepEqual(integer(128), hex('02020080'));
    for (const text of ['0200', '0201ff', '020701000000000000']) broken(() => smallInteger(elementAt(hex(text))));
    assert.deepEqual(Buffer.from(unsignedOctets(elementAt(hex('0203000001')))), hex('01'));
  });

  test('every object identifier of the table goes to and fro', () => {
    for (const dotted of [...Object.values(OID), '2.999.3', '0.9.2342', '1.3.6.1.4.1.4294967295'])
      assert.equal(oidOf(elementAt(oid(dotted))), dotted);
    assert.equal(oidOf(elementAt(hex('061569ffffffffffffffffff7fffffffffffffffffff7f'))), `2.25.${2n ** 70n - 1n}.${2n ** 70n - 1n}`);
    for (const text of ['0600', '060180', `0650${'81'.repeat(79)}01`]) broken(() => oidOf(elementAt(hex(text))));
  });

  test('times are read as RFC 5280 has them, and written so', () => {
    const at = (tag: number, text: string): string => timeOf(elementAt(tlv(tag, Buffer.from(text)))).toISOString();
    assert.equal(at(0x17, '490101000000Z'), '2049-01-01T00:00:00.000Z');
    assert.equal(at(0x17, '500101000000Z'), '1950-01-01T00:00:00.000Z');
    assert.equal(at(0x17, '2601010000Z'), '2026-01-01T00:00:00.000Z');
    assert.equal(at(0x17, '260101000000+0100'), '2025-12-31T23:00:00.000Z');
    assert.equal(at(0x18, '99991231235959Z'), '9999-12-31T23:59:59.000Z');
    assert.equal(at(0x18, '20260101000000.123Z'), '2026-01-01T00:00:00.000Z');
    assert.equal(at(0x18, '20000229120000Z'), '2000-02-29T12:00:00.000Z');
    assert.equal(at(0x18, '21000228120000Z'), '2100-02-28T12:00:00.000Z');
    for (const text of ['', 'today', '26010100000Z', '20260101000000']) broken(() => at(0x18, text));
    for (const text of ['2026-11-27T10:00:00.000Z', '2049-12-31T23:59:59.000Z', '2050-01-01T00:00:00.000Z', '1949-01-01T00:00:00.000Z'])
      assert.equal(timeOf(elementAt(time(new Date(text)))).toISOString(), text);
    assert.equal(elementAt(time(new Date('2050-01-01T00:00:00Z'))).tag, 0x18);
  });

  test('texts of every kind are read, anything else is none', () => {
    const text = (tag: number, content: Buffer): string | undefined => textOf(elementAt(tlv(tag, content)));
    assert.equal(text(0x0c, Buffer.from('Grüße')), 'Grüße');
    assert.equal(text(0x13, Buffer.from('Mira')), 'Mira');
    assert.equal(text(0x1e, Buffer.from('Grüße', 'utf16le').swap16()), 'Grüße');
    assert.equal(text(0x1c, hex('0001f511ffffffff')), '🔑\ufffd');
    assert.equal(text(0x04, hex('41')), undefined);
  });

  test('bits and truth', () => {
    assert.deepEqual([...namedBits(elementAt(hex('030206c0')))], [0, 1]);
    assert.deepEqual([...namedBits(elementAt(bits(hex('0080'))))], [8]);
    assert.equal(booleanOf(elementAt(hex('0101ff'))), true);
    broken(() => booleanOf(elementAt(hex('0100'))));
  });

  test('a SET OF is sorted by its encodings', () => {
    const all = [integer(1), integer(2), integer(3), octets(hex(''))];
    assert.deepEqual(setOf(...all.toReversed()), Buffer.concat([hex('310b'), ...all]));
  });
});
