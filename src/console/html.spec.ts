import { html, type Part } from './html.js';

describe('html', () => {
  it.each<[string, Part, string]>([
    ['text, escaped', `<b title="x">Tom & 'Ann'</b>`, '&lt;b title=&quot;x&quot;&gt;Tom &amp; &#39;Ann&#39;&lt;/b&gt;'],
    ['markup of its own, as it is', html`<i>${'<'}</i>`, '<i>&lt;</i>'],
    ['a list, one after the other', [html`<b>1</b>`, '<', 2], '<b>1</b>&lt;2'],
    ['a number', 0, '0'],
    ['nothing for null', null, ''],
    ['nothing for undefined', undefined, ''],
    ['nothing for false', false, ''],
    ['an empty list', [], ''],
  ])('holds %s', (_, part, expected) => {
    expect(html`<p class="${part}">${part}</p>`.text).toBe(`<p class="${expected}">${expected}</p>`);
  });
});
