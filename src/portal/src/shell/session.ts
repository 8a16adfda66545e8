import type { B24Frame } from '@bitrix24/b24jssdk'
import { readonly, ref } from 'vue'
import { newTokens, NoPortalError, tokens } from './frame'

export type Role = 'administrator' | 'head' | 'manager' | 'marketer' | 'baseManager'

/** What the server says of the visitor: rights are decided there, the page only shows what they allow. */
export interface Visitor {
  userId: number
  name: string
  roles: Role[]
  /** IANA name of the portal's time zone. */
  timeZone: string
  /** The portal's day, yyyy-MM-dd. */
  today: string
  /** False until an administrator went through the setup. */
  isSetUp: boolean
  /** The add-on may no longer read the portal; it may again when an administrator opens it. */
  needsAdministrator?: boolean
}

interface SessionAnswer {
  token: string
  expiresInSeconds: number
  visitor: Visitor
}

export type Query = Record<string, string | number | boolean | undefined>

/** An answer of the server other than success, in its words, which are in the visitor's language. */
export class ServerError extends Error {
  constructor(readonly status: number, message: string, readonly code: string = '') {
    super(message)
  }
}

/** The server did not answer at all. */
export class NoServerError extends Error {}

/** Calls our server in the visitor's name. The token lives in memory only and is renewed silently through the frame. */
export class Session {
  #token = ''
  #renewal: Promise<Visitor> | null = null
  #tell: (visitor: Visitor) => void = () => undefined
  #isOver = ref(false)

  constructor(readonly frame: B24Frame, readonly language: string) {}

  /** Exchanges the frame's token for one of ours; tells the visitor as the server knows him now. */
  open(): Promise<Visitor> {
    this.#renewal ??= this.#open().then((visitor) => {
      this.#isOver.value = false
      return visitor
    }, (error: unknown) => {
      this.#isOver.value = error instanceof NoPortalError || (error instanceof ServerError && error.status === 403)
      throw error
    }).finally(() => (this.#renewal = null))
    return this.#renewal
  }

  /** The portal gave no token, or the server refuses it: to ask by itself is of no use until the visitor asks again. */
  readonly isOver = readonly(this.#isOver)

  /** Who the visitor is may change while the page is open: his roles, and the portal's day every midnight. */
  onRenewed(tell: (visitor: Visitor) => void): void {
    this.#tell = tell
  }

  async get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    return (await this.#send('GET', addressOf(path, query), undefined, signal)).json() as Promise<T>
  }

  /** Sends a body; undefined for an answer without one. */
  async send<T = undefined>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
    const answer = await this.#send(method, addressOf(path, {}), body === undefined ? undefined : JSON.stringify(body))
    const text = await answer.text()
    return (text ? JSON.parse(text) : undefined) as T
  }

  async file(path: string, query: Query = {}): Promise<Blob> {
    return (await this.#send('GET', addressOf(path, query))).blob()
  }

  async #open(): Promise<Visitor> {
    let answer = await this.#exchange(await tokens(this.frame))
    if (answer.status === 401 || answer.status === 403) {
      // The portal may have ended the token before its time. To whom it gives no other one, the refusal says what to do.
      const renewed = await newTokens(this.frame).catch(() => null)
      answer = renewed ? await this.#exchange(renewed) : answer
    }
    if (!answer.ok) {
      throw await failure(answer)
    }
    const session = (await answer.json()) as SessionAnswer
    this.#token = session.token
    this.#tell(session.visitor)
    return session.visitor
  }

  #exchange(auth: Awaited<ReturnType<typeof tokens>>): Promise<Response> {
    return reach('/api/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Accept-Language': this.language },
      body: JSON.stringify({ memberId: auth.member_id, accessToken: auth.access_token })
    })
  }

  async #send(method: string, address: string, body?: string, signal?: AbortSignal): Promise<Response> {
    let answer = await this.#request(method, address, body, signal)
    if (answer.status === 401) {
      await this.open()
      answer = await this.#request(method, address, body, signal)
    }
    if (!answer.ok) {
      throw await failure(answer)
    }
    return answer
  }

  #request(method: string, address: string, body?: string, signal?: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#token}`, 'Accept-Language': this.language }
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json'
    }
    return reach(address, { method, headers, body, signal })
  }
}

async function reach(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request)
  } catch (error) {
    throw request.signal?.aborted ? error : new NoServerError()
  }
}

function addressOf(path: string, query: Query): string {
  const given = Object.entries(query).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined)
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return `/api/${path}${text ? `?${text}` : ''}`
}

async function failure(answer: Response): Promise<ServerError> {
  const problem = (await answer.json().catch(() => ({}))) as { message?: string; code?: string }
  return new ServerError(answer.status, problem.message ?? '', problem.code)
}
