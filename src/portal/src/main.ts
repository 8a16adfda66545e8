import './assets/main.css'
import { createApp } from 'vue'
import App from './App.vue'
import { createPages } from './router'
import { followTheme } from './shell/theme'
import { languageOf, speak, texts } from './texts'

followTheme()
try {
  // What the server wrote into the page; the handshake tells it anew.
  await speak(languageOf(document.documentElement.lang))
  createApp(App).use(texts).use(createPages()).mount('#app')
} catch (failure) {
  // Without the texts the page has no words but these.
  const element = document.getElementById('app')!
  element.setAttribute('role', 'alert')
  element.textContent = languageOf(document.documentElement.lang) === 'ru'
    ? 'Страница загрузилась не полностью. Проверьте подключение к сети и обновите её.'
    : 'The page was loaded in part only. Check the network connection and reload it.'
  throw failure
}
