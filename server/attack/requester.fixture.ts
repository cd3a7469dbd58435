import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Asking, Told } from '#server/attack/requests.fixture.ts'

// Asks a server over kept connections, in a process of its own: told one slice at a time, tells what came back.

const TICK_MS = 5
const OPENED_AT_ONCE = 64

type Lane = { readonly socket: Socket; sentAt: number; received: string; isWaiting: boolean }

const statusOf = (answer: string): number => Number(answer.slice(9, 12))

const numbered = (request: string, count: number): string =>
  request.replaceAll('{n}', String(Math.floor(Math.random() * 10) * 1000 + (count % 1000)).padStart(4, '0'))

// Complete when its head is there and as much as it announces, or in chunks the last one.
const isWhole = (received: string): boolean => {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return false
  const head = received.slice(0, end)
  if (/\r\ntransfer-encoding: chunked/i.test(head)) return received.endsWith('\r\n0\r\n\r\n')
  const [, length = '0'] = /\r\ncontent-length: (\d+)/i.exec(head) ?? []
  return received.length >= end + 4 + Number(length)
}

// A refusal whose request's body was not read ends the connection.
const isLast = (received: string): boolean =>
  /\r\nconnection: close\r\n/i.test(received.slice(0, received.indexOf('\r\n\r\n') + 2))

const ask = async ({ port, request, perSecond, connections, milliseconds, patienceMs }: Asking): Promise<Told> => {
  const isSame = !request.includes('{n}')
  const idle: Lane[] = []
  const lanes = new Set<Lane>()
  const statuses: Record<string, number> = {}
  const good: number[] = []
  let [begun, countFrom, until] = [0, 0, 0]
  let [sent, unsent, broken] = [0, 0, 0]
  const send = (lane: Lane): void => {
    lane.sentAt = performance.now()
    lane.received = ''
    lane.isWaiting = true
    sent += 1
    lane.socket.write(isSame ? request : numbered(request, sent))
  }
  const take = (lane: Lane): void => {
    const now = performance.now()
    const status = statusOf(lane.received)
    if (now >= countFrom && now <= until) {
      statuses[status] = (statuses[status] ?? 0) + 1
      if (status < 300 && now - lane.sentAt <= patienceMs) good.push(now - lane.sentAt)
    }
    lane.isWaiting = false
    if (isLast(lane.received)) lanes.delete(lane)
    const isAskingOn = perSecond === undefined && now < until
    if (isAskingOn) send(lanes.has(lane) ? lane : open())
    else if (lanes.has(lane)) idle.push(lane)
  }
  const open = (): Lane => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true)
    const lane: Lane = { socket, sentAt: 0, received: '', isWaiting: false }
    lanes.add(lane)
    socket.on('data', (chunk) => {
      lane.received += chunk.toString('latin1')
      if (isWhole(lane.received)) take(lane)
    })
    // Also without an error: what was under way on it is not answered any more.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (lane.isWaiting) broken += 1
      lanes.delete(lane)
      const at = idle.indexOf(lane)
      if (at >= 0) idle.splice(at, 1)
    })
    return lane
  }
  // Before anything is asked: who knocks while others are served would measure how connections are taken.
  const openAll = async (): Promise<void> => {
    for (let left = connections; left > 0; left -= OPENED_AT_ONCE) {
      const opened = Array.from({ length: Math.min(left, OPENED_AT_ONCE) }, open)
      await Promise.all(opened.map(({ socket }) => once(socket, 'connect').catch(() => undefined)))
      idle.push(...opened.filter((lane) => lanes.has(lane)))
    }
  }
  const begin = (): void => {
    begun = performance.now()
    until = begun + milliseconds
    // What is answered while everything still starts says little.
    countFrom = begun + milliseconds / 4
  }
  const next = (): Lane | undefined => idle.pop() ?? (lanes.size < connections ? open() : undefined)
  const sendDue = (): void => {
    const due = Math.floor(((performance.now() - begun) / 1000) * (perSecond ?? 0)) - sent - unsent
    for (let count = 0; count < due; count += 1) {
      const lane = next()
      if (lane) send(lane)
      else unsent += 1
    }
  }
  await openAll()
  begin()
  if (perSecond === undefined) for (const lane of idle.splice(0)) send(lane)
  const timer = perSecond === undefined ? undefined : setInterval(sendDue, TICK_MS)
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
  clearInterval(timer)
  const closedBefore = broken
  for (const { socket } of lanes) socket.destroy()
  const seconds = (until - countFrom) / 1000
  good.sort((a, b) => a - b)
  const at = (share: number) => good[Math.ceil(good.length * share) - 1] ?? Number.NaN
  return {
    sent,
    unsent,
    broken: closedBefore,
    statuses,
    goodPerSecond: good.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
  }
}

process.on('message', (asking: Asking) => void ask(asking).then((told) => process.send?.(told)))
process.send?.('ready')
