import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { ConfigError, configSchema, configTable, parseConfig, variableName } from '#relay/shared/config';

const problems = (env: Record<string, string>, read?: (path: string) => string): readonly string[] => {
  try {
    parseConfig(env, read);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
};

describe('configuration', () => {
  test('one variable is required', () => {
    assert.deepEqual(problems({}), ['RELAY_APP_IDS is missing']);
    assert.deepEqual(problems({ RELAY_APP_IDS: 'ari:cloud:ecosystem::app/1' }), []);
  });
  test('every problem is named at once, by its variable and without its value', () => {
    const found = problems({
      RELAY_PORT: '80x',
      RELAY_ALLOW_NETWORKS: '10.0.0.0/8,10.0.0',
      RELAY_REDIS_URL: 'http://secret@x',
      RELAY_TYPO: '1',
      RELAY_DEFAULT_HOST: 'smtp.example.com',
    });
    assert.equal(found.length, 5, found.join('\n'));
    for (const name of ['RELAY_PORT', 'RELAY_APP_IDS', 'RELAY_ALLOW_NETWORKS', 'RELAY_REDIS_URL', 'RELAY_TYPO']) {
      assert.ok(
        found.some((line) => line.startsWith(name)),
        `${name} in ${found.join('\n')}`,
      );
    }
    assert.ok(!found.join().includes('secret'));
  });
  test('numbers are taken at their limits and refused beyond', () => {
    const port = (text: string) => problems({ RELAY_APP_IDS: 'a', RELAY_PORT: text }).length;
    assert.deepEqual(['0', '65535', '65536', '-1', '1.5', '0x10', ' 1'].map(port), [0, 0, 1, 1, 1, 1, 1]);
  });
  test('secrets come from files as well, without their last line break', () => {
    const read = (path: string): string => {
      if (path === '/run/secrets/redis') return 'redis://:pass@redis\n';
      throw new Error('ENOENT');
    };
    assert.equal(parseConfig({ RELAY_APP_IDS: 'a', RELAY_REDIS_URL_FILE: '/run/secrets/redis' }, read).redisUrl, 'redis://:pass@redis');
    assert.deepEqual(problems({ RELAY_APP_IDS: 'a', RELAY_REDIS_URL_FILE: '/gone' }, read), [
      'RELAY_REDIS_URL_FILE names a file that cannot be read',
    ]);
    assert.deepEqual(problems({ RELAY_APP_IDS: 'a', RELAY_HOST_FILE: '/x' }, read), ['RELAY_HOST_FILE is not known']);
  });
  test('DKIM keys name domain, selector and file', () => {
    const pemOf = ({ privateKey }: { privateKey: KeyObject }): string => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const privateKey = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }));
    const env = { RELAY_APP_IDS: 'a', RELAY_DKIM_KEYS: 'Example.org:mail:/keys/a.pem' };
    const config = parseConfig(env, (path) => (path === '/keys/a.pem' ? privateKey : ''));
    assert.deepEqual(config.dkimKeys, [{ domain: 'example.org', selector: 'mail', privateKey: privateKey.trimEnd() }]);
    for (const other of ['no key', pemOf(generateKeyPairSync('ed25519'))])
      assert.deepEqual(
        problems(env, () => other),
        ['RELAY_DKIM_KEYS names a file that is no RSA private key'],
      );
  });
  test('a login at the default server is whole or none: half of one would send without', () => {
    for (const half of [{ RELAY_DEFAULT_USER: 'ada' }, { RELAY_DEFAULT_PASSWORD: 'x' }])
      assert.deepEqual(problems({ RELAY_APP_IDS: 'a', ...half }), ['RELAY_DEFAULT_USER and RELAY_DEFAULT_PASSWORD go together']);
  });
  test('the README shows the table of settings as --help prints it', async () => {
    const readme = await readFile(new URL('../../../src/relay/README.md', import.meta.url), 'utf8');
    // A formatter may pad the cells.
    const rows = (text: string) =>
      text
        .split('\n')
        .filter((line) => line.startsWith('| `RELAY_'))
        .map((line) =>
          line
            .split('|')
            .map((cell) => cell.trim())
            .join('|'),
        );
    assert.deepEqual(rows(readme), rows(configTable()), 'run `npm run relay -- --help` and put the table into src/relay/README.md');
    for (const key of Object.keys(configSchema.shape)) assert.ok(readme.includes(variableName(key)));
  });
});
