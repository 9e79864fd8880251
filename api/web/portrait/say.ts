/**
 * Speaks to the shopper: the texts of the page's language with the theme's own in their place, numbers and times as
 * that language writes them.
 */
import { en, type StyleTexts, type TextKey, type Texts } from './texts.ts';
import { de, deStyles } from './texts-de.ts';

export interface Say {
  /** A text with its places filled in. With `n`, keys that come as `.one` and `.other` are asked for without it. */
  (key: TextKey | PluralKey, values?: { readonly [place: string]: string | number }): string;
  readonly lang: string;
  /** A length of time in words, such as "20 seconds". */
  duration(seconds: number): string;
  /** When that is over, such as "in 20 minutes". */
  inTime(seconds: number): string;
  /** The time of day of a moment, with the weekday when it is not today. */
  time(iso: string): string;
  percent(share: number): string;
  /** What the style is called in this language; as the API calls it where that is not known. */
  style(style: { readonly id: string; readonly label: string }): string;
  about(style: { readonly id: string; readonly description: string }): string;
}

type PluralKey = TextKey extends infer K ? (K extends `${infer Stem}.other` ? Stem : never) : never;
export type OwnTexts = { readonly [key: string]: string };

const LANGUAGES: { readonly [lang: string]: { readonly texts: Texts; readonly styles: StyleTexts } } = {
  en: { texts: en, styles: {} },
  de: { texts: de, styles: deStyles },
};
const MINUTE_S = 60;

/** `lang` is a tag such as `de-AT`; a language that is not here is spoken in English, with the theme's own texts. */
export function createSay(lang: string, own: OwnTexts = {}): Say {
  const known = LANGUAGES[lang.toLowerCase().split('-')[0] ?? ''];
  const locale = known || Object.keys(own).length > 0 ? canonical(lang) : 'en';
  const { texts, styles } = known ?? { texts: en, styles: {} };
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);

  const find = (key: string): string | undefined => own[key] ?? (texts as { readonly [key: string]: string })[key];
  const say = (key: string, values: { readonly [place: string]: string | number } = {}) => {
    const byNumber =
      'n' in values ? (find(`${key}.${plural.select(Number(values.n))}`) ?? find(`${key}.other`)) : undefined;
    return (byNumber ?? find(key) ?? key).replace(/\{(\w+)\}/g, (whole, place: string) => {
      const value = values[place];
      return value === undefined ? whole : typeof value === 'number' ? number.format(value) : value;
    });
  };
  const unit = (value: number, name: 'second' | 'minute') =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value);

  return Object.assign(say, {
    lang: locale,
    duration: (seconds: number) =>
      seconds < 2 * MINUTE_S
        ? unit(Math.max(1, Math.round(seconds)), 'second')
        : unit(Math.round(seconds / MINUTE_S), 'minute'),
    inTime: (seconds: number) =>
      new Intl.RelativeTimeFormat(locale).format(Math.max(1, Math.ceil(seconds / MINUTE_S)), 'minute'),
    time(iso: string) {
      const at = new Date(iso);
      const today = at.toDateString() === new Date().toDateString();
      const day = today ? {} : ({ weekday: 'long' } as const);
      return new Intl.DateTimeFormat(locale, { ...day, hour: 'numeric', minute: '2-digit' }).format(at);
    },
    percent: (share: number) => new Intl.NumberFormat(locale, { style: 'percent' }).format(share),
    style: ({ id, label }: { id: string; label: string }) => own[`style.${id}`] ?? styles[id]?.label ?? label,
    about: ({ id, description }: { id: string; description: string }) =>
      own[`style.${id}.about`] ?? styles[id]?.description ?? description,
  });
}

function canonical(lang: string): string {
  try {
    return Intl.getCanonicalLocales(lang)[0] ?? 'en';
  } catch {
    return 'en';
  }
}
