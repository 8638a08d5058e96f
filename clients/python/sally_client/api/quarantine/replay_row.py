from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem import Problem
from ...models.replayed import Replayed
from ...types import UNSET, Unset
from typing import cast
from uuid import UUID



def _get_kwargs(
    entry_id: UUID,
    *,
    x_sally_tenant: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_sally_tenant, Unset):
        headers["X-Sally-Tenant"] = x_sally_tenant



    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/quarantine/{entry_id}/replay".format(entry_id=quote(str(entry_id), safe=""),),
    }


    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | Replayed | None:
    if response.status_code == 200:
        response_200 = Replayed.from_dict(response.json())



        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())



        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())



        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())



        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())



        return response_404

    if response.status_code == 405:
        response_405 = Problem.from_dict(response.json())



        return response_405

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())



        return response_409

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())



        return response_422

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())



        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | Replayed]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    entry_id: UUID,
    *,
    client: AuthenticatedClient,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Response[Problem | Replayed]:
    """ Replay Row

     Read a row again with today's mapping and rules; it lands if it can be used now.

    Args:
        entry_id (UUID):
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Replayed]
     """


    kwargs = _get_kwargs(
        entry_id=entry_id,
x_sally_tenant=x_sally_tenant,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    entry_id: UUID,
    *,
    client: AuthenticatedClient,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Problem | Replayed | None:
    """ Replay Row

     Read a row again with today's mapping and rules; it lands if it can be used now.

    Args:
        entry_id (UUID):
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Replayed
     """


    return sync_detailed(
        entry_id=entry_id,
client=client,
x_sally_tenant=x_sally_tenant,

    ).parsed

async def asyncio_detailed(
    entry_id: UUID,
    *,
    client: AuthenticatedClient,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Response[Problem | Replayed]:
    """ Replay Row

     Read a row again with today's mapping and rules; it lands if it can be used now.

    Args:
        entry_id (UUID):
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Replayed]
     """


    kwargs = _get_kwargs(
        entry_id=entry_id,
x_sally_tenant=x_sally_tenant,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    entry_id: UUID,
    *,
    client: AuthenticatedClient,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Problem | Replayed | None:
    """ Replay Row

     Read a row again with today's mapping and rules; it lands if it can be used now.

    Args:
        entry_id (UUID):
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Replayed
     """


    return (await asyncio_detailed(
        entry_id=entry_id,
client=client,
x_sally_tenant=x_sally_tenant,

    )).parsed
