import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { render } from '#test/mail/render/support';

const MATH = '<math><msup><mi>x</mi><mn>2</mn></msup></math>';
const WRITTEN = '<math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mi>x</mi><mn>2</mn></msup></math>';

describe('a formula is readable', () => {
  const cases: readonly (readonly [from: string, html: string, source: string, mathml?: string])[] = [
    ['MathML', MATH, 'x^2', WRITTEN],
    [
      'KaTeX',
      '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow><annotation encoding="application/x-tex">x^{2}</annotation></semantics></math></span><span class="katex-html">x2</span></span>',
      'x^{2}',
      '<mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>',
    ],
    [
      'MathJax 3',
      `<mjx-container><svg><g data-mml-node="mi"></g></svg><mjx-assistive-mml>${MATH}</mjx-assistive-mml></mjx-container>`,
      'x^2',
      WRITTEN,
    ],
    [
      'MathJax 3 without MathML',
      '<mjx-container><mjx-mi><mjx-c class="mjx-c1D465"></mjx-c></mjx-mi><mjx-c class="mjx-c3D"></mjx-c></mjx-container>',
      'x=',
    ],
    ['a drawing of MathJax', '<svg width="40"><g data-mml-node="mi"><path data-c="1D465"></path></g></svg>', 'x'],
    [
      'MathJax 2 with its script',
      `<span class="MathJax_Preview"></span><span class="MathJax"><nobr>x2</nobr><span class="MJX_Assistive_MathML">${MATH}</span></span><script type="math/tex">x^2</script>`,
      'x^2',
      WRITTEN,
    ],
    ['a script that nothing has drawn', '<script type="math/tex; mode=display">\\frac{a}{b}</script>', '\\frac{a}{b}'],
    ['an app that keeps its source', '<div class="ap-container" data-macro-name="latex" data-latex="\\sum_i i"></div>', '\\sum_i i'],
    ['an app that keeps it inside', '<div class="ap-container" data-macro-name="mathjax"><div data-formula="a+b"></div></div>', 'a+b'],
  ];
  for (const [from, html, source, mathml] of cases) {
    test(from, () => {
      const mail = render(html);
      assert.equal(mail.bodyText, source);
      assert.ok(mail.body.includes(`>${source}</span>`), mail.body);
      assert.equal(mail.body.includes('<math'), mathml !== undefined);
      if (mathml) assert.ok(mail.body.includes(mathml), mail.body);
      assert.deepEqual(mail.warnings, []);
    });
  }

  test('each script shows its own source, after a drawing too', () => {
    const { bodyText } = render(
      `<p><span class="MathJax">${MATH}</span><script type="math/tex">x^2</script> <script type="math/tex">y</script> <mjx-container>${MATH}</mjx-container> <script type="math/tex">z</script></p>`,
    );
    assert.equal(bodyText, 'x^2 y x^2 z');
  });

  test('MathML is hidden where it cannot be shown, and brings nothing but itself', () => {
    const { html, body } = render(
      '<math display="block" href="https://evil.example/" onclick="x()"><mi mathcolor="red">a</mi><annotation-xml><p>b</p></annotation-xml><maction>c</maction><mtext><img src="x"></mtext></math>',
    );
    assert.match(
      body,
      /<span class="o" style="display:none;mso-hide:all"><math xmlns="[^"]*" display="block"><mi>a<\/mi>c<mtext><\/mtext><\/math><\/span>/,
    );
    assert.ok(html.includes('<style>@supports (math-style:normal)'));
    assert.doesNotMatch(render('<p>a</p>').html, /math-style/);
  });

  test('other scripts show nothing', () => assert.equal(render('a<script type="text/x">b</script>c').bodyText, 'ac'));
});
