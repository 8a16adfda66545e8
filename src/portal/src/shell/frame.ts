import { initializeB24Frame, type AuthData, type B24Frame } from '@bitrix24/b24jssdk'

/** The portal did not answer, or has nothing for the visitor any more: the page is open outside Bitrix24, the portal hangs, or he was dismissed. */
export class NoPortalError extends Error {}

// The library waits for ever for a parent that says nothing.
const HANDSHAKE_MS = 10_000

// Lists and calendars open over the page and would be cut off by a lower frame.
const MIN_HEIGHT = 480

/** Shakes hands with the portal around the page. */
export async function connect(): Promise<B24Frame> {
  let timer = 0
  const limit = new Promise<never>((_, reject) => {
    timer = window.setTimeout(() => reject(new NoPortalError()), HANDSHAKE_MS)
  })
  try {
    return await Promise.race([initializeB24Frame(), limit])
  } catch {
    throw new NoPortalError()
  } finally {
    window.clearTimeout(timer)
  }
}

/** The tokens that the frame has now; asks the portal for new ones when they have ended. */
export async function tokens(frame: B24Frame): Promise<AuthData> {
  return frame.auth.getAuthData() || newTokens(frame)
}

/** New tokens from the portal. */
export async function newTokens(frame: B24Frame): Promise<AuthData> {
  try {
    return await frame.auth.refreshAuth()
  } catch {
    // The library stumbles over an answer without tokens.
    throw new NoPortalError()
  }
}

/**
 * Keeps the frame as high as the element. The library's fitWindow takes the height of the document, which is never less than the frame has now,
 * so the frame would never shrink; its resizeWindow knows no relative width, with which the frame follows the portal's window.
 */
export function followHeight(frame: B24Frame, element: HTMLElement): void {
  let shown = 0
  new ResizeObserver(() => {
    const height = Math.max(MIN_HEIGHT, Math.ceil(element.getBoundingClientRect().height))
    if (height !== shown) {
      shown = height
      void frame.placement.call('resizeWindow', { width: '100%', height })
    }
  }).observe(element)
}

/** The address of a record in the portal; the path begins with a slash. */
export function addressOf(frame: B24Frame, path: string): string {
  return frame.slider.getUrl(path).toString()
}

/** Opens a record beside the page, in the portal's slider; in a new tab where the portal has no slider for it. */
export async function openRecord(frame: B24Frame, path: string): Promise<void> {
  try {
    await frame.slider.openPath(frame.slider.getUrl(path))
  } catch {
    // PATH_NOT_AVAILABLE
    window.open(addressOf(frame, path), '_blank', 'noopener')
  }
}
