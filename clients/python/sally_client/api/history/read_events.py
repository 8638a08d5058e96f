from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.events import Events
from ...models.problem import Problem
from ...types import UNSET, Unset
from typing import cast
from uuid import UUID
import datetime



def _get_kwargs(
    integration_id: UUID,
    *,
    limit: int | Unset = 50,
    before: datetime.datetime | None | Unset = UNSET,
    x_sally_tenant: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_sally_tenant, Unset):
        headers["X-Sally-Tenant"] = x_sally_tenant



    

    params: dict[str, Any] = {}

    params["limit"] = limit

    json_before: None | str | Unset
    if isinstance(before, Unset):
        json_before = UNSET
    elif isinstance(before, datetime.datetime):
        json_before = before.isoformat()
    else:
        json_before = before
    params["before"] = json_before


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/integrations/{integration_id}/events".format(integration_id=quote(str(integration_id), safe=""),),
        "params": params,
    }


    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Events | Problem | None:
    if response.status_code == 200:
        response_200 = Events.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Events | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    integration_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    before: datetime.datetime | None | Unset = UNSET,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Response[Events | Problem]:
    """ Read Events

     What happened beside the syncs: keys changed, breakers opened, alerts sent.

    Args:
        integration_id (UUID):
        limit (int | Unset): How many at the most. Default: 50.
        before (datetime.datetime | None | Unset): Only what happened earlier.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Events | Problem]
     """


    kwargs = _get_kwargs(
        integration_id=integration_id,
limit=limit,
before=before,
x_sally_tenant=x_sally_tenant,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    integration_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    before: datetime.datetime | None | Unset = UNSET,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Events | Problem | None:
    """ Read Events

     What happened beside the syncs: keys changed, breakers opened, alerts sent.

    Args:
        integration_id (UUID):
        limit (int | Unset): How many at the most. Default: 50.
        before (datetime.datetime | None | Unset): Only what happened earlier.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Events | Problem
     """


    return sync_detailed(
        integration_id=integration_id,
client=client,
limit=limit,
before=before,
x_sally_tenant=x_sally_tenant,

    ).parsed

async def asyncio_detailed(
    integration_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    before: datetime.datetime | None | Unset = UNSET,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Response[Events | Problem]:
    """ Read Events

     What happened beside the syncs: keys changed, breakers opened, alerts sent.

    Args:
        integration_id (UUID):
        limit (int | Unset): How many at the most. Default: 50.
        before (datetime.datetime | None | Unset): Only what happened earlier.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Events | Problem]
     """


    kwargs = _get_kwargs(
        integration_id=integration_id,
limit=limit,
before=before,
x_sally_tenant=x_sally_tenant,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    integration_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    before: datetime.datetime | None | Unset = UNSET,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Events | Problem | None:
    """ Read Events

     What happened beside the syncs: keys changed, breakers opened, alerts sent.

    Args:
        integration_id (UUID):
        limit (int | Unset): How many at the most. Default: 50.
        before (datetime.datetime | None | Unset): Only what happened earlier.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Events | Problem
     """


    return (await asyncio_detailed(
        integration_id=integration_id,
client=client,
limit=limit,
before=before,
x_sally_tenant=x_sally_tenant,

    )).parsed
