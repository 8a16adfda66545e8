// Builds the pages: `node build.mjs STAMP`. One build at a time, as several projects may ask for it at once; who waited for another's build takes it over.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = dirname(fileURLToPath(import.meta.url))
const stamp = process.argv[2]
const lock = join(dirname(stamp), 'portal.lock')
const asked = Date.now()

process.chdir(root)
mkdirSync(dirname(stamp), { recursive: true })
take()
try {
  if (changed(stamp) < asked) {
    // What is changed while it is being built is built the next time.
    const began = new Date()
    build()
    writeFileSync(stamp, '')
    utimesSync(stamp, began, began)
  }
} finally {
  rmSync(lock, { recursive: true, force: true })
}

function build() {
  // npm writes the second file at the end of every installation.
  if (changed('package-lock.json') > changed('node_modules/.package-lock.json')) {
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  }
  run(process.execPath, ['node_modules/vue-tsc/bin/vue-tsc.js', '--noEmit'])
  run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'])
  compress('../../functions/wwwroot')
}

function run(command, given) {
  const { status, error } = spawnSync(command, given, { stdio: 'inherit', shell: process.platform === 'win32' && command === 'npm' })
  if (error || status !== 0) {
    console.error(`${[command, ...given].join(' ')}: ${error ? error.message : `exit code ${status}`}`)
    rmSync(lock, { recursive: true, force: true })
    process.exit(1)
  }
}

/** The server sends files as they lie there. */
function compress(folder) {
  for (const name of readdirSync(folder)) {
    if (['.js', '.css', '.svg'].includes(extname(name))) {
      const content = readFileSync(join(folder, name))
      writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }))
      writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }))
    }
  }
}

function changed(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function take() {
  for (;;) {
    try {
      mkdirSync(lock)
      writeFileSync(join(lock, 'owner'), `${process.pid}`)
      return
    } catch (error) {
      if (error.code !== 'EEXIST') {
        throw error
      }
    }
    if (isAbandoned()) {
      rmSync(lock, { recursive: true, force: true })
    } else {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    }
  }
}

/** A build that was killed leaves its lock. */
function isAbandoned() {
  try {
    process.kill(Number(readFileSync(join(lock, 'owner'), 'utf8')), 0)
    return false
  } catch (error) {
    // Who was killed between the folder and his name in it.
    return error.code === 'ESRCH' || (error.code === 'ENOENT' && Date.now() - changed(lock) > 10_000)
  }
}
