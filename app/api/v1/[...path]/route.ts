import { answerByApi } from '#app/api-mount.ts'

export const GET = answerByApi
export const HEAD = answerByApi
export const POST = answerByApi
export const PUT = answerByApi
export const PATCH = answerByApi
export const DELETE = answerByApi
export const OPTIONS = answerByApi
