import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { render, wordsOf } from '#test/mail/render/support';

const panel = (header: string, content = '<p>Body</p>') =>
  `<div class="panel" style="border-color: #b3d4ff;border-width: 1px;"><div class="panelHeader" style="${header}"><b>Tides</b></div><div class="panelContent" style="background-color: #deebff;">${content}</div></div>`;

describe('the title of a panel', () => {
  test('stands on its own colour, the body on the panel’s', () => {
    const { body, bodyText } = render(panel('border-bottom-width: 1px;background-color: #0052cc;color: #ffffff;'));
    assert.match(body, /<td[^>]*background-color:#0052cc;color:#fff[^>]*><b>Tides<\/b><\/td>/i);
    assert.match(body, /<td[^>]*background-color:#deebff[^>]*><p[^>]*>Body<\/p><\/td>/);
    assert.equal(bodyText, '| Tides\n|\n| Body');
  });
  test('keeps a colour of its letters on the panel’s ground', () => {
    assert.match(render(panel('color: #bf2600')).body, /<p[^>]*color:#bf2600[^>]*><b>Tides/);
  });
  test('stays readable where its letters would not be', () => {
    assert.doesNotMatch(render(panel('background-color: #ffffff;color: #fffffe')).body, /color:#fffffe/);
  });
  test('comes without a body too', () => {
    const { body } = render(panel('background: #0052cc', ''));
    assert.equal(wordsOf(body), 'Tides');
    assert.equal(body.match(/<tr>/g)?.length, 1);
  });
});
