import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import vue from '@vitejs/plugin-vue'
import bitrix24UI from '@bitrix24/b24ui-nuxt/vite'

/** The kit's animated icons carry style elements, which the policy of the page refuses: their rules go to the stylesheets. */
function iconStyles(): Plugin {
  const rules = new Map<string, string>()
  return {
    name: 'icon-styles',
    resolveId: (id) => (rules.has(id) ? id : undefined),
    load: (id) => rules.get(id),
    transform(code, id) {
      const style = id.includes('/b24icons-vue/') ? /_createElementVNode\("style", null, "([^"]*)"\),?/.exec(code) : null
      if (!style) {
        return undefined
      }
      const name = `virtual:${basename(id)}.css`
      rules.set(name, style[1]!)
      return { code: `import '${name}'\n${code.replace(style[0], '')}`, map: null }
    }
  }
}

export default defineConfig({
  // The kit's own colour mode writes a style element too: shell/theme.ts does its work.
  plugins: [vue(), iconStyles(), bitrix24UI({ colorMode: false, autoImport: false, components: false })],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VUE_I18N_LEGACY_API__: false, __INTLIFY_PROD_DEVTOOLS__: false },
  base: '/assets/',
  // What the first page loads is bounded by a test, compressed.
  build: { outDir: '../../functions/wwwroot', emptyOutDir: true, manifest: true, assetsDir: '', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 600 }
})
