import { createRouter, createWebHashHistory, type Router } from 'vue-router'

/** The areas, in the order of the navigation. */
export const areas = ['dashboard', 'my-day', 'norms', 'health', 'setup'] as const

export type Area = (typeof areas)[number]

const pages: Record<Area, () => Promise<unknown>> = {
  dashboard: () => import('./pages/dashboard/DashboardPage.vue'),
  'my-day': () => import('./pages/my-day/MyDayPage.vue'),
  norms: () => import('./pages/norms/NormsPage.vue'),
  health: () => import('./pages/health/HealthPage.vue'),
  setup: () => import('./pages/setup/SetupPage.vue')
}

/** The pages, each a chunk of its own. The part of the address after # carries them, so the server knows one page only. */
export function createPages(): Router {
  return createRouter({
    history: createWebHashHistory(),
    routes: areas.map((area) => ({ path: `/${area}`, name: area, component: pages[area] }))
  })
}

export function isArea(name: unknown): name is Area {
  return areas.includes(name as Area)
}
