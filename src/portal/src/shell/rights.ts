import type { Area } from '../router'
import type { Visitor } from './session'

/**
 * The areas that the visitor is offered, the first one being his first page. It only spares him pages that the server would refuse: what he may
 * read is decided there.
 */
export function areasOf(visitor: Visitor): Area[] {
  const is = (role: Visitor['roles'][number]): boolean => visitor.roles.includes(role)
  if (!visitor.isSetUp) {
    return is('administrator') ? ['setup', 'health'] : []
  }
  if (is('administrator')) {
    return ['dashboard', 'my-day', 'norms', 'health', 'setup']
  }
  const offered: Area[] = is('head') ? ['dashboard', 'my-day'] : ['my-day']
  return is('head') || is('marketer') ? [...offered, 'norms'] : offered
}
