import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { parse } from 'yaml';
import { buildRelay } from '#relay/build';
import { configSchema, parseConfig, variableName } from '#relay/shared/config';
import { startRelayProcess, temporaryFolder } from '#test/relay/relay-process';
import { APP_ID, sendRequest, startRig } from '#test/relay/rig';
import { startSmtpInbox } from '#test/support/smtp-inbox';

const ANALYZE = '/usr/bin/systemd-analyze';
const relayFolder = new URL('../../src/relay/', import.meta.url);
const read = (name: string): Promise<string> => readFile(new URL(name, relayFolder), 'utf8');
const known = new Set(Object.keys(configSchema.shape).flatMap((key) => [variableName(key), `${variableName(key)}_FILE`]));

describe('the container, as far as it can be checked without an engine', () => {
  test('what the Dockerfile puts into the image runs under its own flags, and scales a picture', async (context) => {
    const folder = await temporaryFolder();
    context.after(() => rm(folder, { recursive: true, force: true }));
    await buildRelay(join(folder, 'main.mjs'));
    await mkdir(join(folder, 'node_modules/@img'), { recursive: true });
    for (const name of ['sharp', 'detect-libc', 'semver', ...(await readdir('node_modules/@img')).map((each) => `@img/${each}`)]) {
      await cp(join('node_modules', name), join(folder, 'node_modules', name), { recursive: true });
    }
    const entry = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(await read('Dockerfile'))?.[1] ?? '[]') as string[];
    const flags = entry.slice(1, -1).map((flag) => flag.replace('/app/', `${folder}/`));
    assert.ok(flags.includes('--permission') && flags.some((flag) => flag.startsWith('--allow-fs-read=')));
    assert.ok(!flags.some((flag) => /fs-write|child-process|worker/.test(flag)));

    const inbox = await startSmtpInbox();
    context.after(() => inbox.close());
    await using rig = await startRig();
    const picture = await sharp({
      create: { width: 900, height: 300, channels: 3, background: '#369', noise: { type: 'gaussian', mean: 128, sigma: 40 } },
    })
      .png()
      .toBuffer();
    rig.files.set('att1', { body: picture });
    const env = {
      RELAY_APP_IDS: APP_ID,
      RELAY_JWKS_URL: `${rig.origin}/jwks`,
      RELAY_GRAPHQL_URL: `${rig.origin}/graphql`,
      RELAY_CONFLUENCE_HOSTS: rig.origin,
      RELAY_ALLOW_NETWORKS: '127.0.0.0/8',
      RELAY_ALLOW_PORTS: String(inbox.port),
      RELAY_ALLOW_CLEAR_TEXT: 'true',
    };
    const relay = await startRelayProcess(env, { script: join(folder, 'main.mjs'), permissions: flags, cwd: folder });
    context.after(() => relay.child.kill('SIGKILL'));
    const inline = [
      {
        contentId: '1',
        attachmentId: 'att1',
        version: 1,
        sizeBytes: picture.length,
        filename: 'a.png',
        mediaType: 'image/png',
        cid: 'a@pagemail',
        maxWidthPx: 90,
      },
    ];
    const headers = { authorization: `Bearer ${await rig.token()}`, 'content-type': 'application/json', 'x-forge-oauth-system': 's' };
    const answer = await fetch(`${relay.url}/v1/messages`, {
      method: 'POST',
      headers,
      body: JSON.stringify(sendRequest(inbox.port, { message: { inline } })),
    });
    assert.equal(answer.status, 200, `${await answer.text()} ${relay.output.join('\n')}`);
    const body = /Content-ID: <a@pagemail>\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(inbox.mails[0]?.raw.toString('latin1') ?? '')?.[1] ?? '';
    assert.equal((await sharp(Buffer.from(body, 'base64')).metadata()).width, 90);
  });

  test('the Dockerfile pins its images, runs as nobody in particular and without a shell', async () => {
    const dockerfile = await read('Dockerfile');
    for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) assert.match(image ?? '', /:[\w.-]+$/);
    assert.match(dockerfile, /distroless.*nonroot/);
    for (const [, name] of dockerfile.matchAll(/\b(RELAY_\w+)=/g)) assert.ok(known.has(name ?? ''), name);
    assert.ok(dockerfile.includes(`FROM node:${process.versions.node}-`), 'built by the Node that the tests run on');
    for (const [, sources] of dockerfile.matchAll(/^COPY (?!--)(.+) \S+$/gm))
      for (const source of (sources ?? '').split(' ')) assert.ok(existsSync(source), `COPY ${source}`);
    for (const [, command] of dockerfile.matchAll(/^(?:ENTRYPOINT|HEALTHCHECK .*CMD) (.+)$/gm)) {
      const words = JSON.parse(command ?? '') as string[];
      assert.equal(words[0], '/nodejs/bin/node', 'where the distroless image has it, without a shell');
    }
    assert.doesNotMatch(dockerfile, /^(ADD|USER root|RUN .*(sudo|apt|curl|wget))/m);
  });

  test('systemd rates the unit as well protected', {
    skip: existsSync(ANALYZE) ? false : `${ANALYZE} is missing (Debian package systemd)`,
  }, () => {
    const unit = fileURLToPath(new URL('pagemail-relay.service', relayFolder));
    // 20 stands for an exposure of 2.0 of 10.
    const { status, stdout } = spawnSync(ANALYZE, ['security', '--offline=true', '--threshold=20', unit], { encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });

  test('compose.yaml and the systemd unit use settings that exist, and neither lets the relay write', async () => {
    const compose = parse(await read('compose.yaml')) as {
      services: { relay: { environment: Record<string, string>; read_only: boolean; cap_drop: string[] } };
    };
    const { environment, read_only, cap_drop } = compose.services.relay;
    parseConfig({ ...environment, RELAY_APP_IDS: APP_ID });
    assert.deepEqual([read_only, cap_drop], [true, ['ALL']]);
    const unit = await read('pagemail-relay.service');
    assert.match(unit, /ProtectSystem=strict/);
    for (const line of unit.match(/^ExecStart.*$/gm) ?? []) assert.match(line, /--permission/);
  });

  test('the dashboard asks for metrics that exist', async () => {
    await using rig = await startRig();
    await rig.get('/v1/info');
    const metrics = String((await rig.get('/metrics')).body);
    const names = [...(await read('grafana.json')).matchAll(/\b(pagemail_relay_\w+|process_\w+)/g)].map(([name]) =>
      name.replace(/_bucket$/, ''),
    );
    assert.ok(names.length > 5);
    for (const name of names) assert.ok(metrics.includes(`# TYPE ${name} `), name);
  });
});
