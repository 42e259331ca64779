import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as z from 'zod';
import { infoResponseSchema, relayErrorSchema, sendRequestSchema, sendResponseSchema } from '#contract/relay/api';
import { openApiDocument } from '#relay/api/openapi';
import { createRoutes } from '#relay/api/routes';
import { parseConfig } from '#relay/shared/config';
import { APP_ID, sendRequest, startRig } from '#test/relay/rig';
import { startSmtpInbox } from '#test/support/smtp-inbox';

type Document = ReturnType<typeof openApiDocument>;

describe('the OpenAPI document', () => {
  test('is served, is JSON, and every reference in it leads somewhere', async () => {
    await using rig = await startRig();
    const document = (await rig.get('/openapi.json')).body as Document;
    assert.equal(document.openapi, '3.1.0');
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '');
    assert.ok(references.length > 10);
    for (const name of references) assert.ok(name in document.components.schemas, name);
  });
  test('names every path the relay answers, and no other', async () => {
    await using rig = await startRig();
    for (const [path, methods] of Object.entries(openApiDocument('x').paths)) {
      for (const method of Object.keys(methods)) {
        const { status } = await fetch(rig.relay.url + path, { method: method.toUpperCase() });
        assert.notEqual(status, 404, `${method} ${path}`);
      }
    }
    const documented = Object.entries(openApiDocument('x').paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const config = parseConfig({ RELAY_APP_IDS: APP_ID });
    const answered = createRoutes({ config, send: { limits: { messageBytes: 1, recipients: 1 } } } as Parameters<typeof createRoutes>[0]);
    assert.deepEqual(documented.toSorted(), [...answered.keys()].toSorted());
  });
  test('its schemas are those that check the requests: what one takes, the other takes', async () => {
    const { schemas } = openApiDocument('x').components;
    assert.deepEqual(schemas['SendRequest'], z.toJSONSchema(sendRequestSchema, { io: 'input', unrepresentable: 'any' }));
    const fromDocument = z.fromJSONSchema(schemas['SendRequest'] as Parameters<typeof z.fromJSONSchema>[0]);
    const good = JSON.parse(JSON.stringify(sendRequest(25))) as Record<string, unknown>;
    assert.ok(fromDocument.safeParse(good).success);
    for (const key of ['account', 'envelope', 'message', 'readAs']) {
      const { [key]: _gone, ...rest } = good;
      assert.equal(fromDocument.safeParse(rest).success, false, key);
      assert.equal(sendRequestSchema.safeParse(rest).success, false, key);
    }
  });
  test('real answers fit it', async () => {
    const inbox = await startSmtpInbox();
    await using rig = await startRig({ env: { RELAY_ALLOW_PORTS: String(inbox.port) } });
    infoResponseSchema.parse((await rig.get('/v1/info')).body);
    sendResponseSchema.parse((await rig.post('/v1/messages', sendRequest(inbox.port))).body);
    relayErrorSchema.parse((await rig.post('/v1/messages', {})).body);
    await inbox.close();
  });
});
