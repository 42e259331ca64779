import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { failureText } from '#app/delivery/failure-text';
import { JONAS, job, toAddress, toUser } from '#test/app/rig';

const failed = (fields: Parameters<typeof job>[0] = {}) =>
  job({
    progress: { state: 'partly-sent', attempt: 1 },
    recipients: [toUser(JONAS, 'accepted'), { ...toAddress('out@side.example', 'refused'), error: { code: 'MAILBOX_FULL' } }],
    ...fields,
  });

describe('the mail that tells a sender of a failure', () => {
  test('names those who did not get the mail with the reason, and nobody else', () => {
    const { subject, html, text } = failureText(failed());
    assert.equal(subject, 'Not delivered: The plan');
    assert.match(text, /^Your mail “The plan” did not reach everybody:\n\n- out@side\.example: .*mailbox.*\n\n/i);
    assert.match(html, /<li [^>]*><strong>out@side\.example<\/strong><br>[^<]*mailbox/i);
    assert.ok(!`${html}${text}`.includes(JONAS.name));
  });

  test('leads to the page in both parts', () => {
    const { html, text } = failureText(failed());
    const url = 'https://site.example/wiki/pages/viewpage.action?pageId=1001';
    assert.ok(text.includes(`\n${url}\n`), text);
    assert.ok(html.includes(`<a href="${url}">Open the page</a>`), html);
  });

  test('says of an unknown outcome that nobody knows, and speaks German to a German sender', () => {
    const unknown = failed({ language: 'de', progress: { state: 'unknown', attempt: 1, error: { code: 'OUTCOME_UNKNOWN' } } });
    const { html, text } = failureText(unknown);
    assert.match(text, /^Niemand weiß, ob Ihre Mail „The plan“ angekommen ist:/);
    assert.match(html, /^<!doctype html><html lang="de">.*Seite öffnen<\/a>/);
  });

  test('what people typed cannot become markup', () => {
    const { html } = failureText(
      failed({ subject: '<img src=x onerror=alert(1)>', recipients: [toUser({ ...JONAS, name: '<b>Jo</b>' })] }),
    );
    assert.ok(!/<img|<b>/.test(html), html);
  });

  test('of a long list the first 50 are named and the others counted', () => {
    const many = Array.from({ length: 53 }, (_, at) => toAddress(`r${at}@side.example`, 'refused'));
    const { text } = failureText(failed({ recipients: many }));
    assert.equal(text.match(/^- r\d+@/gm)?.length, 50);
    assert.match(text, /^- and 3 more$/m);
  });
});
