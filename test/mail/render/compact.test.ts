import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compact } from '#mail/render/compact';

const many = (markup: string): string => markup.repeat(6);

describe('compacting', () => {
  test('puts a style that repeats into a class, beside a class that is there', () => {
    assert.deepEqual(compact(many('<p style="margin:0">a</p>')), { html: many('<p class="z0">a</p>'), rules: '.z0{margin:0}' });
    assert.equal(compact(many('<td class="k1" style="margin:0" lang="en">a')).html, many('<td class="k1 z0" lang="en">a'));
    assert.equal(compact(many('<td style="margin:0" dir="rtl" class="k1">a')).html, many('<td dir="rtl" class="k1 z0">a'));
  });

  test('leaves styles that do not repeat', () => {
    const html = '<p style="margin:0">a</p><p style="margin:1px">b</p>';
    assert.deepEqual(compact(html), { html, rules: '' });
  });

  test('does not touch text that looks like an attribute', () => {
    const { html } = compact(many('a style="margin:0" class="x" b<p style="margin:0">c style="margin:0" d</p>'));
    assert.equal(html, many('a style="margin:0" class="x" b<p class="z0">c style="margin:0" d</p>'));
  });

  test('writes quotes in rules as they are', () => {
    assert.equal(compact(many('<p style="font-family:&quot;a&quot;">b')).rules, '.z0{font-family:"a"}');
  });
});
