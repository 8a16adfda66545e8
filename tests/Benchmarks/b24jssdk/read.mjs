// Reads all deals of a portal with one of the package's ways and prints {"faults", "seconds"}; faults are rows missing or repeated.
//
//   node read.mjs callListMethod|fetchListMethod|callBatchByChunk ROWS WEBHOOK
import { B24Hook } from '@bitrix24/b24jssdk'

const [reader, expected, webhook] = process.argv.slice(2)
const method = 'crm.item.list'
const select = ['id', 'title', 'stageId', 'assignedById', 'createdTime', 'updatedTime', 'opportunity', 'categoryId']
const params = { entityTypeId: 2, select }
const pageSize = 50

const readers = {
  async callListMethod(b24) {
    const answer = await b24.callListMethod(method, params, null, 'items')
    if (!answer.isSuccess) throw new Error(answer.getErrorMessages().join('; '))
    return answer.getData()
  },

  async fetchListMethod(b24) {
    const rows = []
    for await (const page of b24.fetchListMethod(method, params, 'id', 'items')) rows.push(...page)
    return rows
  },

  // Pages by offset, as many as the first one tells.
  async callBatchByChunk(b24) {
    const first = await b24.callMethod(method, { ...params, order: { id: 'ASC' } })
    const total = first.getTotal()
    const rows = first.getData().result.items
    const pages = []
    for (let start = rows.length; start < total; start += pageSize) pages.push([method, { ...params, order: { id: 'ASC' }, start }])
    const answer = await b24.callBatchByChunk(pages, true)
    if (!answer.isSuccess) throw new Error(answer.getErrorMessages().join('; '))
    for (const page of answer.getData()) rows.push(...page.items)
    return rows
  }
}

// It advises newer names for the same readers; the outcome is the only output.
console.warn = () => {}
const b24 = B24Hook.fromWebhookUrl(webhook)
b24.offClientSideWarning()
const began = performance.now()
const rows = await readers[reader](b24)
const seconds = (performance.now() - began) / 1000
const ids = new Set(rows.map(row => row.id))
process.stdout.write(JSON.stringify({ faults: Math.abs(expected - ids.size) + rows.length - ids.size, seconds }) + '\n')
