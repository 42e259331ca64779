/** `POST /v1/verify`: goes as far as the login and says for each step how it went. */
import { type RelayAccount, VERIFY_STEPS, type VerifyResponse, type VerifyStep } from '#contract/relay/api';
import { asRelayError } from '#relay/shared/errors';
import type { ConnectOptions, SmtpSession } from '#relay/submit/connect';

export type Open = (account: RelayAccount, onStep: NonNullable<ConnectOptions['onStep']>) => Promise<SmtpSession>;

/** Connects and logs in, sends nothing. The first step that did not succeed carries the error; those after it are skipped. */
export async function verifyAccount(account: RelayAccount, open: Open): Promise<VerifyResponse> {
  const passed = new Map<VerifyStep['step'], VerifyStep>();
  let error: VerifyStep['error'];
  let refreshToken: string | undefined;
  try {
    const session = await open(account, (step, details, skipped) => passed.set(step, { step, state: skipped ? 'skipped' : 'ok', details }));
    ({ refreshToken } = session);
    session.connection.quit();
  } catch (cause) {
    const { code, params, smtp } = asRelayError(cause);
    error = { code, ...(params && { params: { ...params } }), ...(smtp && { smtp }) };
  }
  // With STARTTLS the connection is reported only once it is protected: what fails in between is TLS.
  if (error && /^(TLS|CERTIFICATE)_/.test(error.code) && !passed.has('connect'))
    passed.set('connect', { step: 'connect', state: 'ok', details: {} });
  const failedAt = VERIFY_STEPS.find((step) => !passed.has(step));
  const steps = VERIFY_STEPS.map(
    (step) =>
      passed.get(step) ??
      ({
        step,
        state: step === failedAt ? 'failed' : 'skipped',
        details: {},
        ...(step === failedAt && error && { error }),
      } satisfies VerifyStep),
  );
  return { ok: error === undefined, steps, ...(refreshToken && { refreshToken }) };
}
