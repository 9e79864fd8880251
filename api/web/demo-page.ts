/**
 * The page at `/`: what a storefront with the component looks like, for whoever has just started Easel. The storefront key
 * that it needs is filled in by the running service and stands in no file of ours; it may be read by anybody.
 */
export interface DemoPage {
  /** Of the default shop: `pk_…`. */
  readonly key: string;
  /** Whether the offline model draws, whose pictures are previews. */
  readonly offline: boolean;
  /** Where pictures come from and uploads go, where that is not the service itself. */
  readonly pictureOrigins: readonly string[];
}

type Lang = 'en' | 'de';

const TEXTS = {
  en: {
    title: 'Portraits from your photo',
    lead: 'Choose a photo of your pet and the styles you like. Each portrait takes a few seconds.',
    sample: 'No photo at hand? Take ours.',
    preview:
      'This is the demonstration page. The offline model draws: its pictures are previews, made on this machine for free.',
    kept: 'Photos and portraits are kept for 30 days. Nothing is asked of any other site.',
    reference: 'API reference',
  },
  de: {
    title: 'Porträts nach Ihrem Foto',
    lead: 'Wählen Sie ein Foto Ihres Tieres und die Stile, die Ihnen gefallen. Jedes Porträt dauert einige Sekunden.',
    sample: 'Kein Foto zur Hand? Nehmen Sie unseres.',
    preview:
      'Dies ist die Vorführseite. Das Offline-Modell zeichnet: Seine Bilder sind Vorschauen, auf diesem Rechner gemacht und kostenlos.',
    kept: 'Fotos und Porträts werden 30 Tage aufbewahrt. Keine andere Seite wird um etwas gebeten.',
    reference: 'API-Referenz',
  },
} as const;

/** Nothing of another origin but the pictures, nothing inline. */
export function demoPagePolicy({ pictureOrigins }: DemoPage): string {
  const pictures = ["'self'", ...pictureOrigins].join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src ${pictures} data: blob:`,
    `connect-src ${pictures}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Addresses are relative, so that the page also works below a path of a proxy. */
export function demoPageHtml({ key, offline }: DemoPage, lang: Lang): string {
  const texts = TEXTS[lang];
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${texts.title} – Easel</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M8 1v2M3 3h10v7H3zM5 10l-2 5M11 10l2 5' fill='none' stroke='%231f4f47' stroke-width='1.5'/%3E%3C/svg%3E">
<link rel="stylesheet" href="easel-portrait/page.css">
<script type="module" src="easel-portrait.js"></script>
<script type="module" src="easel-portrait/page.js"></script>
</head>
<body>
<header>
<a class="name" href="./"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1v2M3 3h10v7H3zM5 10l-2 5M11 10l2 5"/></svg>Easel</a>
<nav><a href="docs">${texts.reference}</a></nav>
</header>
<main>
<h1>${texts.title}</h1>
<p class="lead">${texts.lead} <button type="button" id="sample">${texts.sample}</button></p>
<easel-portrait key="${key}"></easel-portrait>
</main>
<footer>
${offline ? `<p>${texts.preview}</p>\n` : ''}<p>${texts.kept}</p>
</footer>
</body>
</html>
`;
}
