"""Asks Doorward before a handler of FastAPI runs: what is not surely allowed does not get through."""

import asyncio
import logging
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

import httpx
from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

log = logging.getLogger(__name__)
Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


def unauthorized(challenge: str) -> HTTPException:
    return HTTPException(401, "Sign in first.", {"WWW-Authenticate": challenge})


def unavailable() -> HTTPException:
    return HTTPException(503, "Whether this is allowed cannot be found out now. Try again in a moment.")


def insufficient(acr_values: str, max_age: int | None = None) -> dict[str, str]:
    """Yes, but for a stronger or fresher proof (RFC 9470 section 3)."""
    wanted = "" if max_age is None else f', max_age="{max_age}"'
    return {"WWW-Authenticate": f'Bearer error="insufficient_user_authentication", acr_values="{acr_values}"{wanted}'}


class Doorward:
    """The provider, as a client of the application asks it; `audience` is the application's own."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, audience: str, patience: float = 5.0):
        pair = httpx.BasicAuth(quote(client_id, safe=""), quote(client_secret, safe=""))
        self.http = httpx.AsyncClient(base_url=issuer, auth=pair, timeout=patience)
        self.audience = audience
        self.patience = patience

    async def ask(self, request: Request, path: str, **body: Any) -> dict[str, Any]:
        name = request.headers.get("x-request-id")
        try:
            asked = self.http.post(path, headers={"X-Request-ID": name} if name else None, **body)
            # The patience of httpx begins anew with each piece of an answer.
            answer = await asyncio.wait_for(asked, self.patience)
            if answer.status_code != 200:
                raise ValueError(f"the status is {answer.status_code}")
            told = answer.json()
            if not isinstance(told, dict):
                raise ValueError("the answer is no object")
            return told
        except (httpx.HTTPError, asyncio.TimeoutError, ValueError) as fault:
            log.error("%s does not answer as it should: %r", path, fault)
            raise unavailable() from fault

    async def identify(self, request: Request, shown: Shown) -> dict[str, Any]:
        """The access token that is shown (RFC 7662)."""
        if shown is None:
            raise unauthorized("Bearer")
        token = await self.ask(request, "/introspect", data={"token": shown.credentials})
        if not isinstance(token.get("active"), bool):
            raise unavailable()
        audience = token.get("aud")
        ours = self.audience in (audience if isinstance(audience, list) else [audience])
        # One that is bound to a key or a certificate (`cnf`) is no bearer token.
        if not token["active"] or "cnf" in token or not ours:
            raise unauthorized('Bearer error="invalid_token"')
        return token

    def may(self, action: str, find: Callable[..., Any]) -> Callable[..., Any]:
        """The dependency of a route, which answers why it may run.

        `find` is a dependency too: it answers what the route is about, with the properties on which the decision may
        depend, or None.
        """

        async def session_of(request: Request, shown: Shown) -> dict[str, Any]:
            token = await self.identify(request, shown)
            if action not in token.get("scope", "").split():
                challenge = f'Bearer error="insufficient_scope", scope="{action}"'
                raise HTTPException(403, f"The token is not for {action}.", {"WWW-Authenticate": challenge})
            # Only what a person gave has an authorization.
            kind = "person" if "authorization_id" in token else "service_account"
            # What was proven of them, and when: policies may ask for more.
            proven = {name: token[name] for name in ("acr", "auth_time") if name in token}
            return {"subject": {"type": kind, "id": token["sub"]}, "context": proven}

        async def decide(
            request: Request,
            session: Annotated[dict[str, Any], Depends(session_of)],
            resource: Annotated[dict[str, Any] | None, Depends(find)],
        ) -> dict[str, Any]:
            if resource is None:
                raise HTTPException(404, "There is no such resource.")
            question = session | {"action": {"name": action}, "resource": resource}
            answer = await self.ask(request, "/access/v1/evaluation", json=question)
            grounds = answer.get("context", {})
            match answer.get("decision"):
                case True:
                    return grounds
                case False if "step_up" in grounds:
                    raise HTTPException(401, grounds.get("explanation"), insufficient(**grounds["step_up"]))
                case False:
                    raise HTTPException(403, grounds.get("explanation"))
                case _:
                    raise unavailable()

        return decide
