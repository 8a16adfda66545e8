import { useI18n } from 'vue-i18n'
import { NoPortalError } from './frame'
import { NoServerError, ServerError } from './session'

/** What went wrong, in words: those of the server where it answered. */
export function useProblemText(): (error: unknown) => string {
  const { t } = useI18n()
  return (error) =>
    error instanceof ServerError && error.message ? error.message
      : error instanceof NoServerError ? t('shell.problem.noServer')
        : error instanceof NoPortalError ? t('shell.outside.text')
          : t('shell.problem.unknown')
}
