import { createI18n, type I18n } from 'vue-i18n'

export type Language = 'ru' | 'en'

/** The texts of a language, a chunk of its own. The file's name is the first part of a key: `dashboard.title` stands in dashboard.json. */
const languages: Record<Language, () => Promise<{ default: object }>> = {
  ru: () => import('./ru'),
  en: () => import('./en')
}

export const texts = createI18n({
  legacy: false,
  locale: 'en',
  messages: {},
  pluralRules: { ru: russianForm },
  missingWarn: false,
  fallbackWarn: false
}) as unknown as I18n<Record<string, unknown>, Record<string, unknown>, Record<string, unknown>, Language, false>

/** The language of the portal, as it names it, to one of ours. */
export function languageOf(portal: string): Language {
  return ['ru', 'by', 'kz'].includes(portal.toLowerCase()) ? 'ru' : 'en'
}

/** Loads a language and speaks it. */
export async function speak(language: Language): Promise<void> {
  const { default: messages } = await languages[language]()
  texts.global.setLocaleMessage(language, messages as never)
  texts.global.locale.value = language
  document.documentElement.lang = language
}

/** Which of the forms 'one | few | many' fits; a fraction takes the second: 1,5 часа. */
function russianForm(count: number, forms: number): number {
  const form = ['one', 'few', 'many'].indexOf(new Intl.PluralRules('ru').select(count))
  return Math.min(form < 0 ? 1 : form, forms - 1)
}
