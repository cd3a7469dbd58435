/** Where the pages of an account's members stand. */
export const memberPaths = (slug: string) => {
  const list = `/a/${encodeURIComponent(slug)}/members`
  return {
    list,
    fresh: `${list}/new`,
    after: (email: string) => `${list}?after=${encodeURIComponent(email)}`,
    member: (userId: string) => `${list}/${encodeURIComponent(userId)}`,
    remove: (userId: string) => `${list}/${encodeURIComponent(userId)}/remove`,
  }
}
