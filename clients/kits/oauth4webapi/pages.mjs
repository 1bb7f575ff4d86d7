// The portal's few pages.

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text) => String(text ?? '').replace(/[&<>"']/g, (character) => ENTITIES[character])

const page = (title, english, body) => `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${english}</title>
<link rel="stylesheet" href="/portal.css">
<main>
<h1>${title} <small lang="en">${english}</small></h1>
${body}
</main>
</html>`

const link = (id, href, text, english) =>
  `<p><a id="${id}" href="${href}">${text} <span lang="en">${english}</span></a></p>`

const button = (id, action, text, english) =>
  `<form method="post" action="${action}"><button id="${id}">${text} <span lang="en">${english}</span></button></form>`

const row = (id, label, english, value) =>
  `<tr><th scope="row">${label} <span lang="en">${english}</span></th><td id="${id}">${escape(value)}</td></tr>`

export const home = () =>
  page('示例门户', 'Example portal', link('sign-in', '/login', '登录', 'Sign in'))

export const signedIn = (session) =>
  page(
    '您已登录',
    'You are signed in',
    `<table>
${row('name', '姓名', 'Name', session.userinfo.name)}
${row('phone_number', '手机号码', 'Mobile number', session.userinfo.phone_number)}
${row('sub', '标识', 'Subject', session.sub)}
${row('acr', '认证等级', 'Level', session.acr)}
${row('refreshed', '已更新次数', 'Times refreshed', session.refreshed)}
</table>
${button('refresh', '/refresh', '更新信息', 'Refresh')}
${button('sign-out', '/logout', '退出登录', 'Sign out')}`,
  )

export const signedOut = () =>
  page('已退出登录', 'Signed out', link('sign-in', '/login', '重新登录', 'Sign in again'))

export const problem = (reason) =>
  page(
    '未能完成登录',
    'Signing in did not succeed',
    `<p>请重试。<span lang="en">Please try again.</span> <code id="reason">${escape(reason)}</code></p>
${link('sign-in', '/login', '重新登录', 'Sign in again')}`,
  )
