/** OpenAPI 3.1 of the relay's API, made from the schemas that check the requests. */
import * as z from 'zod';
import { ERRORS } from '#contract/errors';
import {
  debugRequestSchema,
  debugResponseSchema,
  domainCheckRequestSchema,
  domainCheckResponseSchema,
  IDEMPOTENCY_HEADER,
  infoResponseSchema,
  REPLAY_ONLY_HEADER,
  relayErrorSchema,
  sendRequestSchema,
  sendResponseSchema,
  verifyRequestSchema,
  verifyResponseSchema,
} from '#contract/relay/api';
import { secureRequestSchema } from '#contract/relay/secure';

const schemas = {
  SendRequest: sendRequestSchema,
  SecureRequest: secureRequestSchema,
  SendResponse: sendResponseSchema,
  VerifyRequest: verifyRequestSchema,
  VerifyResponse: verifyResponseSchema,
  DebugRequest: debugRequestSchema,
  DebugResponse: debugResponseSchema,
  DomainCheckRequest: domainCheckRequestSchema,
  DomainCheckResponse: domainCheckResponseSchema,
  InfoResponse: infoResponseSchema,
  RelayError: relayErrorSchema,
} as const;

const json = (name: keyof typeof schemas) => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } });
const header = (name: string, description: string) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string', maxLength: 200 },
});

/** Every status the error table can lead to, with the codes that do. */
function errorResponses(): Record<string, unknown> {
  const byStatus = new Map<number, string[]>();
  for (const [code, entry] of Object.entries(ERRORS))
    if ('status' in entry && entry.status) byStatus.set(entry.status, [...(byStatus.get(entry.status) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [String(status), { description: codes.join(', '), content: json('RelayError') }]),
  );
}

function operation(summary: string, request: keyof typeof schemas | undefined, response: keyof typeof schemas, parameters: unknown[] = []) {
  return {
    summary,
    security: [{ invocationToken: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(request && { requestBody: { required: true, content: json(request) } }),
    responses: { 200: { description: 'OK', content: json(response) }, ...errorResponses() },
  };
}
const plain = (summary: string, mediaType: string) => ({
  get: { summary, responses: { 200: { description: 'OK', content: { [mediaType]: {} } } } },
});

const ofMails = [
  header(IDEMPOTENCY_HEADER, 'Names the job and attempt; asked again within 10 minutes, the answer is the same and no second mail is sent'),
  header(REPLAY_ONLY_HEADER, '`true`: only the remembered answer is given, nothing is sent'),
  header('x-forge-oauth-system', 'Token of the installation, for reading files as the sender'),
];

/** The document as a JSON value. */
export function openApiDocument(version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Pagemail relay',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Turns one HTTPS request into one SMTP transaction.',
    },
    paths: {
      '/v1/messages': {
        post: operation('Sends one mail', 'SendRequest', 'SendResponse', ofMails),
      },
      '/v1/secure-messages': {
        post: operation('Sends one mail that is signed or encrypted, by the app or here', 'SecureRequest', 'SendResponse', ofMails),
      },
      '/v1/verify': { post: operation('Connects to a mail account and logs in, sends nothing', 'VerifyRequest', 'VerifyResponse') },
      '/v1/domain-check': {
        post: operation('Looks up SPF, DKIM and DMARC of a domain that mail is to come from', 'DomainCheckRequest', 'DomainCheckResponse'),
      },
      '/v1/debug': { post: operation('Switches the debug mode of this installation on or off', 'DebugRequest', 'DebugResponse') },
      '/v1/info': { get: operation('What this relay is and allows', undefined, 'InfoResponse') },
      '/healthz': plain('Whether the process answers', 'text/plain'),
      '/readyz': plain('Whether requests are taken', 'application/json'),
      '/metrics': plain('Prometheus metrics', 'text/plain'),
      '/openapi.json': plain('This document', 'application/json'),
    },
    components: {
      securitySchemes: { invocationToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Forge invocation token' } },
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, schema]) => [
          name,
          z.toJSONSchema(schema, { io: name.endsWith('Request') ? 'input' : 'output', unrepresentable: 'any' }),
        ]),
      ),
    },
  };
}
