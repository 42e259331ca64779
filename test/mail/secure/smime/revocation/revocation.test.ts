import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { algorithm, bits, integer, NULL, sequence, time, tlv } from '#mail/secure/smime/asn1/write';
import { judgeCrl, judgeOcsp, ocspRequest, type Question, revocationProblem } from '#mail/secure/smime/smime';
import { OPENSSL, openssl, People, type Person } from '#test/mail/secure/smime/openssl';

const skip = OPENSSL ? false : 'openssl is missing';
const DAY = 86_400_000;

/** An authority's index of OpenSSL, in which `revoked` is. */
class Authority {
  readonly people: People;
  readonly #index: string;
  readonly #config: string;
  constructor(people: People, issued: readonly Person[], revoked: Person) {
    this.people = people;
    const line = (person: Person): string => {
      const { certificate } = person.identity;
      const isRevoked = person === revoked;
      return `${isRevoked ? 'R' : 'V'}\t491231235959Z\t${isRevoked ? '261101120000Z,keyCompromise' : ''}\t${certificate.serialHex}\tunknown\t/O=Example/CN=${person.name}\n`;
    };
    this.#index = people.file('index.txt', issued.map(line).join(''));
    people.file('index.txt.attr', 'unique_subject = no\n');
    this.#config = people.file(
      'ca.cnf',
      `[ca]\ndefault_ca=x\n[x]\ndatabase=${this.#index}\ndefault_md=sha256\ndefault_crl_days=7\ncrl_extensions=e\n[e]\n`,
    );
  }
  crl(signer: Person = this.people.root, ...options: string[]): Buffer {
    const pem = openssl([
      'ca',
      '-gencrl',
      '-config',
      this.#config,
      '-cert',
      signer.certificateFile,
      '-keyfile',
      signer.keyFile,
      ...options,
    ]);
    return openssl(['crl', '-outform', 'DER'], pem);
  }
  ocsp(request: Uint8Array, signer: Person = this.people.root, ...options: string[]): Buffer {
    const [asked, answer] = [this.people.file('request.der', request), this.people.file('answer.der')];
    const who = ['-CA', this.people.root.certificateFile, '-rsigner', signer.certificateFile, '-rkey', signer.keyFile];
    openssl(['ocsp', '-index', this.#index, ...who, '-reqin', asked, '-respout', answer, '-ndays', '3', ...options]);
    return readFileSync(answer);
  }
}

describe('revocation', { skip }, () => {
  const people = skip ? undefined : new People();
  after(() => people?.[Symbol.dispose]());
  if (!people) return;
  const [good, revoked, stranger] = ['good', 'revoked', 'stranger'].map((name) => people.make(name));
  if (!good || !revoked || !stranger) return;
  const responder = people.make('responder', { extensions: ['extendedKeyUsage=OCSPSigning', 'keyUsage=digitalSignature'] });
  const authority = new Authority(people, [good, revoked], revoked);
  const now = new Date();
  const about = (person: Person, at = now): Question => ({
    certificate: person.identity.certificate,
    issuer: people.root.identity.certificate,
    now: at,
  });

  test('a revocation list says who is on it, and since when', () => {
    const crl = authority.crl();
    assert.deepEqual(judgeCrl(crl, about(good)), { status: 'good' });
    assert.deepEqual(judgeCrl(crl, about(revoked)), { status: 'revoked', at: new Date('2026-11-01T12:00:00Z') });
  });

  test('a list that is old, of another issuer, altered or none says nothing', () => {
    const crl = authority.crl();
    const unknown = { status: 'unknown' };
    assert.deepEqual(judgeCrl(crl, about(good, new Date(now.getTime() + 8 * DAY))), unknown);
    assert.deepEqual(judgeCrl(crl, about(good, new Date(now.getTime() - DAY))), unknown);
    assert.deepEqual(judgeCrl(authority.crl(good), about(good)), unknown);
    const other = { ...about(good), issuer: stranger.identity.certificate };
    assert.deepEqual(judgeCrl(crl, other), unknown);
    for (let at = 0; at < crl.length; at += 1) {
      const altered = Buffer.from(crl);
      altered[at] = (altered[at] ?? 0) ^ 0x10;
      assert.notDeepEqual(judgeCrl(altered, about(revoked)), { status: 'good' });
      assert.deepEqual(judgeCrl(crl.subarray(0, at), about(revoked)), unknown);
    }
  });

  const POINTS: readonly [string, string, boolean][] = [
    ['for certificates of people', 'onlyuser', true],
    ['for those of authorities', 'onlyCA', false],
    ['for attributes', 'onlyAA', false],
    ['of other issuers', 'indirectCRL', false],
  ];
  for (const [name, flag, counts] of POINTS)
    test(`a list ${name} ${counts ? 'counts' : 'does not count'}`, () => {
      const config = people.file(
        'point.cnf',
        `[ca]\ndefault_ca=x\n[x]\ndatabase=${people.file('index.txt')}\ndefault_md=sha256\ndefault_crl_days=7\n[e]\nissuingDistributionPoint=critical,@p\n[p]\n${flag}=TRUE\n`,
      );
      const args = [
        'ca',
        '-gencrl',
        '-config',
        config,
        '-crlexts',
        'e',
        '-cert',
        people.root.certificateFile,
        '-keyfile',
        people.root.keyFile,
      ];
      const crl = openssl(['crl', '-outform', 'DER'], openssl(args));
      assert.equal(judgeCrl(crl, about(revoked)).status, counts ? 'revoked' : 'unknown');
    });

  test('a responder that the issuer named, and the issuer itself, are believed', () => {
    for (const signer of [people.root, responder])
      for (const nonce of [undefined, Buffer.alloc(32, 7)]) {
        assert.deepEqual(judgeOcsp(authority.ocsp(ocspRequest(about(good), nonce), signer), about(good)), { status: 'good' });
        const answer = judgeOcsp(authority.ocsp(ocspRequest(about(revoked), nonce), signer), about(revoked));
        assert.deepEqual(answer, { status: 'revoked', at: new Date('2026-11-01T12:00:00Z') });
      }
  });

  test('an answer of anybody else, about another certificate, old, altered or none says nothing', () => {
    const unknown = { status: 'unknown' };
    const answer = authority.ocsp(ocspRequest(about(good)), responder);
    assert.deepEqual(judgeOcsp(authority.ocsp(ocspRequest(about(good)), stranger), about(good)), unknown);
    assert.deepEqual(judgeOcsp(answer, about(revoked)), unknown);
    assert.deepEqual(judgeOcsp(authority.ocsp(ocspRequest(about(stranger))), about(stranger)), unknown);
    assert.deepEqual(judgeOcsp(answer, about(good, new Date(now.getTime() + 4 * DAY))), unknown);
    assert.deepEqual(judgeOcsp(answer, about(good, new Date(now.getTime() - DAY))), unknown);
    assert.deepEqual(judgeOcsp(Buffer.from('30030a0106', 'hex'), about(good)), unknown);
    const bad = authority.ocsp(ocspRequest(about(revoked)), responder);
    for (let at = 0; at < bad.length; at += 1) {
      const altered = Buffer.from(bad);
      altered[at] = (altered[at] ?? 0) ^ 0x20;
      assert.notDeepEqual(judgeOcsp(altered, about(revoked)), { status: 'good' });
    }
  });

  test('a list of a hundred thousand is read to its end', () => {
    const entry = (serial: number) => sequence(integer(serial), time(new Date('2026-11-01T12:00:00Z')));
    const used = algorithm('1.2.840.113549.1.1.11', NULL);
    const { certificate } = revoked.identity;
    const others = Buffer.concat(Array.from({ length: 100_000 }, (_, at) => entry(1_000_000 + at)));
    const dates = [time(new Date(now.getTime() - DAY)), time(new Date(now.getTime() + DAY))];
    const issuer = people.root.identity.certificate.subjectDer;
    const list = (...last: Buffer[]): Buffer => {
      const tbs = sequence(integer(1), used, issuer, ...dates, sequence(others, ...last));
      return sequence(tbs, used, bits(sign('sha256', tbs, people.root.identity.privateKey)));
    };
    const ofRevoked = sequence(tlv(0x02, certificate.serial), time(new Date('2026-11-01T12:00:00Z')));
    assert.deepEqual(judgeCrl(list(ofRevoked), about(revoked)), { status: 'revoked', at: new Date('2026-11-01T12:00:00Z') });
    assert.deepEqual(judgeCrl(list(), about(revoked)), { status: 'good' });
  });

  test('where to ask stands in the certificate', () => {
    const { says } = people.make('asked', {
      extensions: [
        'subjectAltName=email:asked@example.org',
        'crlDistributionPoints=URI:http://crl.example.org/root.crl,URI:ldap:///cn=x',
        'authorityInfoAccess=OCSP;URI:http://ocsp.example.org/,caIssuers;URI:http://ca.example.org/root.cer',
      ],
    }).identity.certificate;
    assert.deepEqual(says.crlAddresses, ['http://crl.example.org/root.crl', 'ldap:///cn=x']);
    assert.deepEqual(says.ocspAddresses, ['http://ocsp.example.org/']);
    assert.deepEqual(says.issuerAddresses, ['http://ca.example.org/root.cer']);
  });

  test('what cannot be found out passes softly, and not hard', () => {
    assert.equal(revocationProblem({ status: 'good' }, 'hard'), undefined);
    assert.equal(revocationProblem({ status: 'unknown' }, 'soft'), undefined);
    assert.deepEqual(revocationProblem({ status: 'unknown' }, 'hard'), { code: 'REVOCATION_UNKNOWN' });
    for (const mode of ['soft', 'hard'] as const)
      assert.deepEqual(revocationProblem({ status: 'revoked', at: now }, mode), {
        code: 'REVOKED',
        params: { date: now.toISOString().slice(0, 10) },
      });
  });
});
