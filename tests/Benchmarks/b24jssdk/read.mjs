// Reads all deals of a portal with one of the package's ways and prints {"rows", "seconds"}.
//
//   node read.mjs callListMethod|fetchListMethod|callBatchByChunk WEBHOOK
import { B24Hook } from '@bitrix24/b24jssdk'

const [reader, webhook] = process.argv.slice(2)
const method = 'crm.item.list'
const select = ['id', 'title', 'stageId', 'assignedById', 'createdTime', 'updatedTime', 'opportunity', 'categoryId']
const params = { entityTypeId: 2, select }
const pageSize = 50

const readers = {
  async callListMethod(b24) {
    const answer = await b24.callListMethod(method, params, null, 'items')
    if (!answer.isSuccess) throw new Error(answer.getErrorMessages().join('; '))
    return answer.getData().length
  },

  async fetchListMethod(b24) {
    let rows = 0
    for await (const page of b24.fetchListMethod(method, params, 'id', 'items')) rows += page.length
    return rows
  },

  // Pages by offset, as many as the first one tells.
  async callBatchByChunk(b24) {
    const first = await b24.callMethod(method, { ...params, order: { id: 'ASC' } })
    const total = first.getTotal()
    let rows = first.getData().result.items.length
    const pages = []
    for (let start = rows; start < total; start += pageSize) pages.push([method, { ...params, order: { id: 'ASC' }, start }])
    const answer = await b24.callBatchByChunk(pages, true)
    if (!answer.isSuccess) throw new Error(answer.getErrorMessages().join('; '))
    for (const page of answer.getData()) rows += page.items.length
    return rows
  }
}

// It advises newer names for the same readers; the outcome is the only output.
console.warn = () => {}
const b24 = B24Hook.fromWebhookUrl(webhook)
b24.offClientSideWarning()
const began = performance.now()
const rows = await readers[reader](b24)
process.stdout.write(JSON.stringify({ rows, seconds: (performance.now() - began) / 1000 }) + '\n')
