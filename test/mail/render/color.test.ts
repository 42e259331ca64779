import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contrast, darkBackground, darkForeground, parseColor, type Rgb, readable, toHex } from '#mail/render/color';

const WHITE: Rgb = [255, 255, 255];
const hex = (text: string) => {
  const color = parseColor(text, WHITE);
  return color && toHex(color);
};

describe('a colour', () => {
  for (const [text, expected] of [
    ['#FF5630', '#ff5630'],
    ['#abc', '#abc'],
    ['#36b37e80', '#9ad9be'],
    ['rgb(198,237,251)', '#c6edfb'],
    ['rgb(10% 20% 30% / 50%)', '#8d99a6'],
    ['rgba(0,0,0,.5)', '#808080'],
    ['hsl(120, 100%, 25%)', '#008000'],
    ['RebeccaPurple', '#639'],
    ['var(--ds-surface, #FFFFFF)', '#fff'],
    ['var(--a, var(--b, red))', '#f00'],
    ['transparent', undefined],
    ['rgba(0,0,0,0)', undefined],
    ['inherit', undefined],
    ['url(x)', undefined],
    ['expression(alert(1))', undefined],
    ['constructor', undefined],
    ['#12', undefined],
    ['rgb(1,2)', undefined],
    ['', undefined],
  ] as const) {
    test(`${text || 'nothing'} is ${expected ?? 'none'}`, () => assert.equal(hex(text), expected));
  }

  test('that can be read stays as it is', () => {
    assert.deepEqual(readable([0, 102, 68], WHITE), [0, 102, 68]);
  });

  test('that cannot be read becomes the nearest tone that can, on any background', () => {
    for (let red = 0; red < 256; red += 51)
      for (let green = 0; green < 256; green += 51)
        for (let blue = 0; blue < 256; blue += 51)
          for (const background of [WHITE, [0, 0, 0], [128, 128, 128], [255, 240, 179], [29, 33, 37]] satisfies Rgb[])
            assert.ok(contrast(readable([red, green, blue], background), background) >= 4.5);
  });

  test('has a counterpart in dark mode: light backgrounds deep, dark text light, white the paper', () => {
    assert.equal(toHex(darkBackground(WHITE)), '#1d2125');
    assert.ok(contrast(darkBackground([255, 240, 179]), [0, 0, 0]) < 4);
    assert.ok(contrast(darkForeground([0, 102, 68]), [29, 33, 37]) > contrast([0, 102, 68], [29, 33, 37]));
  });
});
